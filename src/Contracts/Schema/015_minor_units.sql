-- Money is counted in minor units of its currency (ISO 4217), no longer in hundredths: ¥101 is 101, 12.345 dinars are 12345. The new names stop a
-- program that still counts in hundredths.
ALTER TABLE tours RENAME COLUMN price_cents TO price_minor;
ALTER TABLE bookings RENAME COLUMN total_cents TO total_minor;
ALTER TABLE booking_sagas RENAME COLUMN amount_cents TO amount_minor;
ALTER TABLE booking_sagas RENAME COLUMN refund_cents TO refund_minor;
ALTER TABLE payments RENAME COLUMN amount_cents TO amount_minor;
ALTER TABLE payments RENAME COLUMN refund_cents TO refund_minor;
ALTER TABLE payment_ledger RENAME COLUMN amount_cents TO amount_minor;
ALTER TABLE simulated_charges RENAME COLUMN amount_cents TO amount_minor;
ALTER TABLE simulated_charges RENAME COLUMN refunded_cents TO refunded_minor;

CREATE TABLE currency_factors (currency TEXT PRIMARY KEY, times INTEGER NOT NULL, per INTEGER NOT NULL);
INSERT INTO currency_factors (currency, times, per) VALUES
    ('BIF', 1, 100), ('CLP', 1, 100), ('DJF', 1, 100), ('GNF', 1, 100), ('ISK', 1, 100), ('JPY', 1, 100), ('KMF', 1, 100), ('KRW', 1, 100),
    ('PYG', 1, 100), ('RWF', 1, 100), ('UGX', 1, 100), ('UYI', 1, 100), ('VND', 1, 100), ('VUV', 1, 100), ('XAF', 1, 100), ('XOF', 1, 100),
    ('XPF', 1, 100), ('BHD', 10, 1), ('IQD', 10, 1), ('JOD', 10, 1), ('KWD', 10, 1), ('LYD', 10, 1), ('OMR', 10, 1), ('TND', 10, 1),
    ('CLF', 100, 1), ('UYW', 100, 1);

UPDATE simulated_charges SET
    amount_minor = amount_minor * (SELECT f.times FROM currency_factors f JOIN payments p ON p.currency = f.currency WHERE p.id = idempotency_key)
                 / (SELECT f.per FROM currency_factors f JOIN payments p ON p.currency = f.currency WHERE p.id = idempotency_key),
    refunded_minor = refunded_minor * (SELECT f.times FROM currency_factors f JOIN payments p ON p.currency = f.currency WHERE p.id = idempotency_key)
                   / (SELECT f.per FROM currency_factors f JOIN payments p ON p.currency = f.currency WHERE p.id = idempotency_key)
WHERE idempotency_key IN (SELECT id FROM payments WHERE currency IN (SELECT currency FROM currency_factors));
UPDATE tours SET price_minor = price_minor * (SELECT times FROM currency_factors f WHERE f.currency = tours.currency)
                             / (SELECT per FROM currency_factors f WHERE f.currency = tours.currency)
WHERE currency IN (SELECT currency FROM currency_factors);
UPDATE bookings SET total_minor = total_minor * (SELECT times FROM currency_factors f WHERE f.currency = bookings.currency)
                                / (SELECT per FROM currency_factors f WHERE f.currency = bookings.currency)
WHERE currency IN (SELECT currency FROM currency_factors);
UPDATE booking_sagas SET
    amount_minor = amount_minor * (SELECT times FROM currency_factors f WHERE f.currency = booking_sagas.currency)
                 / (SELECT per FROM currency_factors f WHERE f.currency = booking_sagas.currency),
    refund_minor = refund_minor * (SELECT times FROM currency_factors f WHERE f.currency = booking_sagas.currency)
                 / (SELECT per FROM currency_factors f WHERE f.currency = booking_sagas.currency)
WHERE currency IN (SELECT currency FROM currency_factors);
UPDATE payments SET
    amount_minor = amount_minor * (SELECT times FROM currency_factors f WHERE f.currency = payments.currency)
                 / (SELECT per FROM currency_factors f WHERE f.currency = payments.currency),
    refund_minor = refund_minor * (SELECT times FROM currency_factors f WHERE f.currency = payments.currency)
                 / (SELECT per FROM currency_factors f WHERE f.currency = payments.currency)
WHERE currency IN (SELECT currency FROM currency_factors);
UPDATE payment_ledger SET amount_minor = amount_minor * (SELECT times FROM currency_factors f WHERE f.currency = payment_ledger.currency)
                                       / (SELECT per FROM currency_factors f WHERE f.currency = payment_ledger.currency)
WHERE currency IN (SELECT currency FROM currency_factors);
DROP TABLE currency_factors;
