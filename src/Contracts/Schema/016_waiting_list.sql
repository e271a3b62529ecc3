-- Seats held by an offer: fewer than the party has where it was passed over often. 0 without an offer.
ALTER TABLE waiting_list ADD COLUMN offered_seats INTEGER NOT NULL DEFAULT 0;
UPDATE waiting_list SET offered_seats = participants WHERE offer_expires_at IS NOT NULL;
-- How often smaller parties behind it were offered seats that did not suffice for it.
ALTER TABLE waiting_list ADD COLUMN passed_over INTEGER NOT NULL DEFAULT 0;
