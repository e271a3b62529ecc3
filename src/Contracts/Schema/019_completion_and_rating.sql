-- Null until somebody, or the clock, says whether the party came.
ALTER TABLE bookings ADD COLUMN completed_at TIMESTAMPTZ;
ALTER TABLE bookings ADD COLUMN attendance_verified_by TEXT;

ALTER TABLE bookings ADD COLUMN rating INTEGER CHECK (rating BETWEEN 1 AND 5);
ALTER TABLE bookings ADD COLUMN rating_comment TEXT;
ALTER TABLE bookings ADD COLUMN rated_at TIMESTAMPTZ;

-- The average is the sum by the count: two whole numbers lose nothing, however many rate at once.
ALTER TABLE tours ADD COLUMN rating_count BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tours ADD COLUMN rating_sum BIGINT NOT NULL DEFAULT 0;
