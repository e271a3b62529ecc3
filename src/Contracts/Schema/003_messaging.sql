-- Events wait here from the commit that caused them until the broker confirmed them.
CREATE TABLE outbox (
    event_id     TEXT PRIMARY KEY,
    event_type   TEXT NOT NULL,
    body         TEXT NOT NULL,
    correlation_id TEXT,
    trace_parent TEXT,
    created_at   TIMESTAMPTZ NOT NULL,
    -- A relay that takes rows writes until when they are its own; a relay that dies loses them then.
    claimed_until TIMESTAMPTZ,
    sent_at      TIMESTAMPTZ
);

CREATE INDEX outbox_unsent ON outbox (event_id) WHERE sent_at IS NULL;
CREATE INDEX outbox_sent ON outbox (sent_at) WHERE sent_at IS NOT NULL;

-- One row per event a consumer has taken effect of, written in the effect's own transaction.
CREATE TABLE inbox (
    consumer    TEXT NOT NULL,
    event_id    TEXT NOT NULL,
    received_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (consumer, event_id)
);
