-- outside a transaction
-- The completion job reads the confirmed bookings of departures that have begun, page by page.
CREATE INDEX {concurrently} IF NOT EXISTS bookings_to_complete ON bookings (starts_at, id) WHERE status = 'confirmed'
