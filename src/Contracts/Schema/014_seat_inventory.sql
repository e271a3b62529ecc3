-- Closed by the operator and closed by the supplier are two facts: neither takes back the other's. The table is written anew because SQLite cannot
-- add table constraints to one that exists.
CREATE TABLE departures_with_two_closings (
    tour_id         TEXT NOT NULL REFERENCES tours (id),
    starts_at       TIMESTAMPTZ NOT NULL,
    -- Never below the seats of our own customers, confirmed and held.
    capacity        INTEGER NOT NULL CHECK (capacity >= confirmed + held),
    available_spots INTEGER NOT NULL CHECK (available_spots >= 0),
    closed_by_operator BOOLEAN NOT NULL DEFAULT FALSE,
    closed_by_supplier BOOLEAN NOT NULL DEFAULT FALSE,
    closed          BOOLEAN NOT NULL GENERATED ALWAYS AS (closed_by_operator OR closed_by_supplier) STORED,
    -- Grows by one with every change that the public sees; consumers let the highest win.
    version         BIGINT NOT NULL DEFAULT 1,
    updated_at      TIMESTAMPTZ NOT NULL,
    -- The OCTO availability id of a supplier's departure, null for our own.
    supplier_availability_id TEXT,
    -- Seats of confirmed bookings, and seats that wait for a payment or for somebody of the waiting list.
    confirmed       INTEGER NOT NULL DEFAULT 0 CHECK (confirmed >= 0),
    held            INTEGER NOT NULL DEFAULT 0 CHECK (held >= 0),
    -- Seats that others sold.
    sold_elsewhere  INTEGER NOT NULL DEFAULT 0 CHECK (sold_elsewhere >= 0),
    -- Seats sold beyond what there is, where a supplier's figure fell: seats that come back fill this gap before anybody may buy them.
    overbooked      INTEGER NOT NULL DEFAULT 0 CHECK (overbooked >= 0),
    PRIMARY KEY (tour_id, starts_at),
    CONSTRAINT every_seat_is_somewhere CHECK (available_spots = capacity - confirmed - held - sold_elsewhere)
);

-- A negative figure of sold_elsewhere was the gap: the capacity rises to what is sold and the gap gets its own column.
INSERT INTO departures_with_two_closings (tour_id, starts_at, capacity, available_spots, closed_by_operator, closed_by_supplier, version, updated_at,
                                          supplier_availability_id, confirmed, held, sold_elsewhere, overbooked)
SELECT d.tour_id, d.starts_at,
       CASE WHEN d.sold_elsewhere < 0 THEN d.confirmed + d.held + d.available_spots ELSE d.capacity END, d.available_spots,
       -- Who closed a departure was not kept: of a tour that a supplier sells too, the supplier.
       d.closed AND t.supplier_product_id IS NULL, d.closed AND t.supplier_product_id IS NOT NULL,
       d.version, d.updated_at, d.supplier_availability_id, d.confirmed, d.held,
       CASE WHEN d.sold_elsewhere < 0 THEN 0 ELSE d.sold_elsewhere END, CASE WHEN d.sold_elsewhere < 0 THEN -d.sold_elsewhere ELSE 0 END
FROM departures d JOIN tours t ON t.id = d.tour_id;

DROP TABLE departures;
ALTER TABLE departures_with_two_closings RENAME TO departures;
CREATE INDEX departures_by_start ON departures (starts_at);

-- The terms on which a booking was made: what an operator changes later is for later bookings.
ALTER TABLE bookings ADD COLUMN cancellation_days INTEGER NOT NULL DEFAULT 0;
ALTER TABLE bookings ADD COLUMN cancellation_fees TEXT NOT NULL DEFAULT '[]';
UPDATE bookings SET cancellation_days = (SELECT t.cancellation_days FROM tours t WHERE t.id = bookings.tour_id),
                    cancellation_fees = (SELECT t.cancellation_fees FROM tours t WHERE t.id = bookings.tour_id);
