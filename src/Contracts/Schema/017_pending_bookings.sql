-- What a user holds without paying is counted at each booking.
CREATE INDEX bookings_pending_by_user ON bookings (user_id) WHERE status = 'pending';
