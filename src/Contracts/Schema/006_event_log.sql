-- Every event that went over the exchange, as it was published, for those who ask what happened and to publish it again.
CREATE TABLE event_log (
    event_id       TEXT PRIMARY KEY,
    event_type     TEXT NOT NULL,
    -- The envelope's own timestamp: when the publisher says that it happened.
    occurred_at    TIMESTAMPTZ NOT NULL,
    correlation_id TEXT,
    -- Of events about one booking: its id, taken out of the data.
    booking_id     TEXT,
    body           TEXT NOT NULL,
    logged_at      TIMESTAMPTZ NOT NULL
);

CREATE INDEX event_log_by_time ON event_log (occurred_at, event_id);
CREATE INDEX event_log_by_correlation ON event_log (correlation_id, occurred_at, event_id) WHERE correlation_id IS NOT NULL;
CREATE INDEX event_log_by_booking ON event_log (booking_id, occurred_at, event_id) WHERE booking_id IS NOT NULL;
CREATE INDEX event_log_by_age ON event_log (logged_at);

-- How far the broker's stream has been copied into event_log.
CREATE TABLE event_log_position (
    stream   TEXT PRIMARY KEY,
    position BIGINT NOT NULL
);

-- One process without a broker: which consumers have not yet handled an event. What is left here when it dies, it handles after its next start.
CREATE TABLE pending_deliveries (
    consumer TEXT NOT NULL,
    event_id TEXT NOT NULL,
    PRIMARY KEY (consumer, event_id)
);

CREATE INDEX inbox_by_age ON inbox (received_at);
