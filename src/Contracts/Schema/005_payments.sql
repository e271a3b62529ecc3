-- What a cancellation costs: JSON, a list of {"daysBefore", "percent"}. Empty: nothing, as long as it is allowed at all (cancellation_days).
ALTER TABLE tours ADD COLUMN cancellation_fees TEXT NOT NULL DEFAULT '[]';

-- One row per booking that is paid through us: where its workflow stands.
CREATE TABLE booking_sagas (
    booking_id     TEXT PRIMARY KEY REFERENCES bookings (id),
    user_id        TEXT NOT NULL,
    payment_id     TEXT NOT NULL,
    payment_method TEXT NOT NULL,
    amount_cents   BIGINT NOT NULL,
    currency       TEXT NOT NULL,
    step           TEXT NOT NULL,
    -- How it ends once no money is left here that is not ours.
    ends_as        TEXT NOT NULL,
    declined       BOOLEAN NOT NULL,
    refund_cents   BIGINT NOT NULL,
    attempt        INTEGER NOT NULL,
    pay_by         TIMESTAMPTZ NOT NULL,
    -- When the step's command is sent once more, by the database's clock; null once the saga has ended.
    due_at         TIMESTAMPTZ,
    correlation_id TEXT NOT NULL,
    started_at     TIMESTAMPTZ NOT NULL
);

CREATE INDEX booking_sagas_due ON booking_sagas (due_at) WHERE due_at IS NOT NULL;

CREATE TABLE booking_saga_steps (
    booking_id TEXT NOT NULL REFERENCES booking_sagas (booking_id),
    number     INTEGER NOT NULL,
    step       TEXT NOT NULL,
    because    TEXT NOT NULL,
    entered_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (booking_id, number)
);

-- No payment without a booking.
CREATE TABLE payments (
    id             TEXT PRIMARY KEY,
    booking_id     TEXT NOT NULL UNIQUE REFERENCES bookings (id),
    amount_cents   BIGINT NOT NULL CHECK (amount_cents >= 0),
    currency       TEXT NOT NULL,
    -- A token of the payment provider, never a card's number.
    method         TEXT NOT NULL,
    status         TEXT NOT NULL,
    reason         TEXT,
    refund_cents   BIGINT NOT NULL DEFAULT 0 CHECK (refund_cents >= 0 AND refund_cents <= amount_cents),
    attempt        INTEGER NOT NULL DEFAULT 0,
    -- When the provider is asked (again), by the database's clock; null where it has answered.
    due_at         TIMESTAMPTZ,
    correlation_id TEXT NOT NULL,
    created_at     TIMESTAMPTZ NOT NULL
);

CREATE INDEX payments_due ON payments (due_at) WHERE due_at IS NOT NULL;

-- What moved: at most one charge and one refund per payment.
CREATE TABLE payment_ledger (
    payment_id   TEXT NOT NULL REFERENCES payments (id),
    kind         TEXT NOT NULL CHECK (kind IN ('charge', 'refund')),
    amount_cents BIGINT NOT NULL CHECK (amount_cents >= 0),
    currency     TEXT NOT NULL,
    recorded_at  TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (payment_id, kind)
);

-- The books of the simulated payment provider, which stands for somebody else's computer: nothing but the simulation reads them.
CREATE TABLE simulated_charges (
    idempotency_key TEXT PRIMARY KEY,
    method          TEXT NOT NULL,
    amount_cents    BIGINT NOT NULL,
    outcome         TEXT NOT NULL,
    calls           INTEGER NOT NULL DEFAULT 1,
    refunded_cents  BIGINT NOT NULL DEFAULT 0,
    webhooks_left   INTEGER NOT NULL DEFAULT 0,
    webhook_at      TIMESTAMPTZ
);

CREATE INDEX simulated_charges_webhooks ON simulated_charges (webhook_at) WHERE webhooks_left > 0;
