-- What loyalty's events told the bookings: vouchers, and who has which tier.
CREATE TABLE vouchers (
    code         TEXT PRIMARY KEY, -- in capitals
    user_id      TEXT NOT NULL,
    amount_minor BIGINT NOT NULL CHECK (amount_minor > 0),
    currency     TEXT NOT NULL,
    expires_at   TIMESTAMPTZ NOT NULL,
    booking_id   TEXT, -- that uses it; null while it can be used
    used_at      TIMESTAMPTZ
);
CREATE TABLE member_tiers (
    user_id TEXT PRIMARY KEY,
    tier    TEXT NOT NULL,
    as_of   TIMESTAMPTZ NOT NULL -- of the newest event heard: an older one changes nothing
);
ALTER TABLE bookings ADD COLUMN discount_percentage INTEGER NOT NULL DEFAULT 0;
ALTER TABLE bookings ADD COLUMN voucher_code TEXT;
