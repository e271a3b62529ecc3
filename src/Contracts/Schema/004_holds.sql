-- Where every seat of a departure is. The table is written anew because SQLite adds no table constraints afterwards.
CREATE TABLE departures_with_holds (
    tour_id         TEXT NOT NULL REFERENCES tours (id),
    starts_at       TIMESTAMPTZ NOT NULL,
    capacity        INTEGER NOT NULL CHECK (capacity >= 0),
    available_spots INTEGER NOT NULL CHECK (available_spots >= 0 AND available_spots <= capacity),
    closed          BOOLEAN NOT NULL DEFAULT FALSE,
    -- Grows by one with every change of the available seats; consumers let the highest win.
    version         BIGINT NOT NULL DEFAULT 1,
    updated_at      TIMESTAMPTZ NOT NULL,
    -- The OCTO availability id of a supplier's departure, null for our own.
    supplier_availability_id TEXT,
    -- Seats of confirmed bookings, and seats that wait for a payment or for somebody of the waiting list.
    confirmed       INTEGER NOT NULL DEFAULT 0 CHECK (confirmed >= 0),
    held            INTEGER NOT NULL DEFAULT 0 CHECK (held >= 0),
    -- Seats that others sold. Negative where a supplier's capacity has fallen below what we sold already.
    sold_elsewhere  INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (tour_id, starts_at),
    CONSTRAINT every_seat_is_somewhere CHECK (available_spots = capacity - confirmed - held - sold_elsewhere)
);

INSERT INTO departures_with_holds (tour_id, starts_at, capacity, available_spots, closed, version, updated_at, supplier_availability_id, confirmed, sold_elsewhere)
SELECT tour_id, starts_at, capacity, available_spots, closed, version, updated_at, supplier_availability_id, sold, capacity - available_spots - sold
FROM (SELECT d.*, COALESCE((SELECT SUM(b.participants) FROM bookings b
                            WHERE b.tour_id = d.tour_id AND b.starts_at = d.starts_at AND b.status NOT IN ('cancelled', 'failed')), 0) AS sold
      FROM departures d) counted;

DROP TABLE departures;
ALTER TABLE departures_with_holds RENAME TO departures;
CREATE INDEX departures_by_start ON departures (starts_at);

-- Until when the seats of a pending booking are held; null once it is decided.
ALTER TABLE bookings ADD COLUMN hold_expires_at TIMESTAMPTZ;
CREATE INDEX bookings_by_hold ON bookings (hold_expires_at) WHERE hold_expires_at IS NOT NULL;

-- Until when seats are held for this party; null while it waits.
ALTER TABLE waiting_list ADD COLUMN offer_expires_at TIMESTAMPTZ;
CREATE INDEX waiting_list_by_offer ON waiting_list (offer_expires_at) WHERE offer_expires_at IS NOT NULL;
