CREATE TABLE bookings (
    id           TEXT PRIMARY KEY,
    tour_id      TEXT NOT NULL REFERENCES tours (id),
    starts_at    TIMESTAMPTZ NOT NULL,
    user_id      TEXT NOT NULL,
    participants INTEGER NOT NULL CHECK (participants > 0),
    total_cents  BIGINT NOT NULL,
    currency     TEXT NOT NULL,
    status       TEXT NOT NULL,
    payment_method TEXT,
    created_at   TIMESTAMPTZ NOT NULL,
    cancelled_at TIMESTAMPTZ,
    cancellation_reason TEXT
);

CREATE INDEX bookings_by_user ON bookings (user_id, id);
CREATE INDEX bookings_by_departure ON bookings (tour_id, starts_at);

-- The first answer to each Idempotency-Key, written in the transaction it answers for.
CREATE TABLE idempotency_keys (
    user_id     TEXT NOT NULL,
    route       TEXT NOT NULL,
    key         TEXT NOT NULL,
    body_hash   TEXT NOT NULL,
    status_code INTEGER NOT NULL,
    location    TEXT,
    answer      TEXT NOT NULL,
    created_at  TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (user_id, route, key)
);

CREATE TABLE waiting_list (
    tour_id      TEXT NOT NULL REFERENCES tours (id),
    starts_at    TIMESTAMPTZ NOT NULL,
    user_id      TEXT NOT NULL,
    participants INTEGER NOT NULL CHECK (participants > 0),
    created_at   TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tour_id, starts_at, user_id)
);
