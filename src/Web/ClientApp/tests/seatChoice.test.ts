import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Status } from '../src/api/tours';
import type { WaitingListEntry } from '../src/api/waitingList';
import { seatChoice } from '../src/booking/seatChoice';

const now = Date.parse('2026-12-01T10:00:00Z');
const entry = (participants: number, offerExpiresAt: string | null = null, offeredSeats = participants): WaitingListEntry => ({
  tourId: 't1',
  date: '2026-12-12T10:00:00Z',
  participants,
  offerExpiresAt,
  offeredSeats: offerExpiresAt ? offeredSeats : 0,
  passedOver: 0,
});
const choice = (availableSpots: number, own?: WaitingListEntry, status: Status = availableSpots > 0 ? 'available' : 'sold_out') =>
  seatChoice({ availableSpots, status }, 12, own, now);

test('Free seats are booked, none lead to the waiting list, up to a party of the whole departure', () => {
  assert.deepEqual(choice(4), { kind: 'book', most: 4, held: 0, heldUntil: null });
  assert.deepEqual(choice(0), { kind: 'wait', most: 12, waitingFor: 0, passedOver: 0 });
});

test('Who waits sees for how many', () => {
  assert.deepEqual(choice(0, entry(3)), { kind: 'wait', most: 12, waitingFor: 3, passedOver: 0 });
  assert.deepEqual(choice(0, { ...entry(3), passedOver: 2 }), { kind: 'wait', most: 12, waitingFor: 3, passedOver: 2 });
});

test('Held seats can be booked by whom they are held for, beside those that everybody may have', () => {
  const until = '2026-12-01T10:10:00Z';
  assert.deepEqual(choice(0, entry(2, until)), { kind: 'book', most: 2, held: 2, heldUntil: until });
  assert.deepEqual(choice(3, entry(2, until)), { kind: 'book', most: 5, held: 2, heldUntil: until });
  assert.deepEqual(choice(0, entry(4, until, 1)), { kind: 'book', most: 1, held: 1, heldUntil: until }); // too few, after being passed over
});

test('An offer that ran out is none, and the visitor waits no more', () => {
  assert.deepEqual(choice(0, entry(2, '2026-12-01T09:59:59Z')), { kind: 'wait', most: 12, waitingFor: 0, passedOver: 0 });
});

test('A closed departure offers nothing, whatever figure it has', () => {
  assert.deepEqual(choice(5, entry(2), 'closed'), { kind: 'closed' });
});
