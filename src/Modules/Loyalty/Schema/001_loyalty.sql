CREATE TABLE loyalty_accounts (
    user_id         TEXT PRIMARY KEY,
    id              TEXT NOT NULL,
    total_points    INTEGER NOT NULL CHECK (total_points >= 0),
    lifetime_points INTEGER NOT NULL CHECK (lifetime_points >= total_points),
    tier            TEXT NOT NULL,
    tier_since      TIMESTAMPTZ NOT NULL,
    as_of           TIMESTAMPTZ NOT NULL -- of the last change; only grows
);
-- The points of an account, signed: they sum to its total_points.
CREATE TABLE loyalty_transactions (
    id         TEXT PRIMARY KEY,
    user_id    TEXT NOT NULL,
    type       TEXT NOT NULL,
    points     INTEGER NOT NULL CHECK (points <> 0),
    reason     TEXT NOT NULL,
    booking_id TEXT,
    tour_id    TEXT,
    tour_name  TEXT,
    created_at TIMESTAMPTZ NOT NULL -- the account's as_of after it: no two of a user are the same
);
CREATE UNIQUE INDEX loyalty_transactions_by_user ON loyalty_transactions (user_id, created_at);
-- What was heard of a booking. Its row is why it earns once, under whatever event ids, and nothing after its cancellation.
CREATE TABLE loyalty_bookings (
    booking_id TEXT PRIMARY KEY,
    user_id    TEXT NOT NULL,
    earned     INTEGER NOT NULL,
    cancelled  BOOLEAN NOT NULL
);
CREATE TABLE loyalty_rewards (
    id           TEXT PRIMARY KEY,
    name         TEXT NOT NULL,
    description  TEXT NOT NULL,
    points_cost  INTEGER NOT NULL CHECK (points_cost > 0),
    amount_minor BIGINT NOT NULL CHECK (amount_minor > 0),
    currency     TEXT NOT NULL,
    valid_days   INTEGER NOT NULL CHECK (valid_days > 0),
    offered      BOOLEAN NOT NULL
);
INSERT INTO loyalty_rewards (id, name, description, points_cost, amount_minor, currency, valid_days, offered) VALUES
    ('voucher-eur-10', 'Voucher of 10 EUR', 'Takes 10 EUR off one booking of a tour that is sold in euros.', 300, 1000, 'EUR', 365, TRUE),
    ('voucher-eur-25', 'Voucher of 25 EUR', 'Takes 25 EUR off one booking of a tour that is sold in euros.', 700, 2500, 'EUR', 365, TRUE),
    ('voucher-eur-60', 'Voucher of 60 EUR', 'Takes 60 EUR off one booking of a tour that is sold in euros.', 1500, 6000, 'EUR', 365, TRUE);
CREATE TABLE loyalty_vouchers (
    code         TEXT PRIMARY KEY,
    user_id      TEXT NOT NULL,
    reward_id    TEXT NOT NULL,
    amount_minor BIGINT NOT NULL,
    currency     TEXT NOT NULL,
    expires_at   TIMESTAMPTZ NOT NULL,
    created_at   TIMESTAMPTZ NOT NULL -- as of its transaction
);
CREATE UNIQUE INDEX loyalty_vouchers_by_user ON loyalty_vouchers (user_id, created_at);
