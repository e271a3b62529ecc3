-- Tours and their departures. One dialect for PostgreSQL and SQLite: text ids, UTC timestamps, money in cents.
CREATE TABLE tours (
    id                  TEXT PRIMARY KEY,
    name                TEXT NOT NULL,
    destination         TEXT NOT NULL,
    category            TEXT NOT NULL,
    duration_hours      DOUBLE PRECISION NOT NULL,
    price_cents         BIGINT NOT NULL CHECK (price_cents >= 0),
    currency            TEXT NOT NULL,
    time_zone           TEXT,
    cancellation_days   INTEGER NOT NULL DEFAULT 2,
    -- Where a supplier sells this tour too: the ids of its OCTO product and option.
    supplier_product_id TEXT,
    supplier_option_id  TEXT,
    last_synced_at      TIMESTAMPTZ,
    last_sync_error     TEXT,
    updated_at          TIMESTAMPTZ NOT NULL
);

CREATE TABLE departures (
    tour_id         TEXT NOT NULL REFERENCES tours (id),
    starts_at       TIMESTAMPTZ NOT NULL,
    capacity        INTEGER NOT NULL CHECK (capacity >= 0),
    available_spots INTEGER NOT NULL CHECK (available_spots >= 0 AND available_spots <= capacity),
    closed          BOOLEAN NOT NULL DEFAULT FALSE,
    -- Grows by one with every change of the row; consumers let the highest win.
    version         BIGINT NOT NULL DEFAULT 1,
    updated_at      TIMESTAMPTZ NOT NULL,
    -- The OCTO availability id of a supplier's departure, null for our own.
    supplier_availability_id TEXT,
    PRIMARY KEY (tour_id, starts_at)
);

CREATE INDEX departures_by_start ON departures (starts_at);
