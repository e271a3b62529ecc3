-- The outbox anew: its events in the order of their commits, each with the shard that keeps it. What was confirmed is deleted; the event log remembers it.
CREATE TABLE outbox_in_order (
    position     {identity},
    shard        INTEGER NOT NULL,
    event_id     TEXT NOT NULL,
    event_type   TEXT NOT NULL,
    body         TEXT NOT NULL,
    correlation_id TEXT,
    trace_parent TEXT,
    created_at   TIMESTAMPTZ NOT NULL
);

INSERT INTO outbox_in_order (shard, event_id, event_type, body, correlation_id, trace_parent, created_at)
SELECT 0, event_id, event_type, body, correlation_id, trace_parent, created_at FROM outbox WHERE sent_at IS NULL ORDER BY event_id;

DROP TABLE outbox;
ALTER TABLE outbox_in_order RENAME TO outbox;

-- The processes that publish, and until when each one may without saying so again.
CREATE TABLE outbox_relays (
    relay        TEXT PRIMARY KEY,
    -- Publishes only while no other one does.
    standby      BOOLEAN NOT NULL,
    alive_until  TIMESTAMPTZ NOT NULL
);

-- Who publishes a shard's events; null for nobody at the moment.
CREATE TABLE outbox_shards (
    shard        INTEGER PRIMARY KEY,
    relay        TEXT REFERENCES outbox_relays (relay) ON DELETE SET NULL
);

INSERT INTO outbox_shards (shard) VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9), (10), (11), (12), (13), (14), (15);
