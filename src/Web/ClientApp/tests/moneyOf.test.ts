import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Saga } from '../src/api/sagas';
import { isUnderWay, moneyOf } from '../src/booking/payment/moneyOf';

/** From "step:because" pairs, as GET /api/bookings/{id}/saga tells them. */
function saga(...story: string[]): Saga {
  const steps = ['reserving:started', 'creating:seatsHeld', 'paying:bookingCreated', ...story].map((pair) => {
    const [step, because] = pair.split(':') as [string, string];
    return { step, because };
  });
  return { step: steps.at(-1)!.step, payBy: '2026-12-01T10:00:00Z', refundAmount: 0, steps };
}

test('A booking that stands says nothing about its money', () => {
  for (const status of ['pending', 'confirmed', 'completed'] as const) assert.equal(moneyOf(status, saga()), null);
});

test('A declined card and a hold that ran out are told apart', () => {
  assert.equal(moneyOf('failed', saga('releasing:paymentFailed', 'failed:bookingFailed')), 'declined');
  assert.equal(moneyOf('failed', saga('refunding:bookingFailed', 'failed:paymentFailed')), 'timedOut');
  assert.equal(moneyOf('failed', saga('releasing:timerFired', 'refunding:bookingFailed', 'failed:paymentFailed')), 'timedOut');
});

test('Money that came too late is said to have gone back', () => {
  assert.equal(moneyOf('failed', saga('refunding:bookingFailed', 'failed:paymentRefunded')), 'refunded');
});

test('A cancelled booking shows its refund under way, then done', () => {
  const before = saga('confirming:paymentSucceeded', 'completed:bookingConfirmed', 'refunding:bookingCancelled');
  assert.equal(moneyOf('cancelled', before), 'refunding');
  assert.ok(isUnderWay(before));
  const after = saga('confirming:paymentSucceeded', 'completed:bookingConfirmed', 'refunding:bookingCancelled', 'cancelled:paymentRefunded');
  assert.equal(moneyOf('cancelled', after), 'refunded');
  assert.ok(!isUnderWay(after));
});

test('Cancelled before it was paid means nothing was charged; cancelled when nothing is left to refund says nothing', () => {
  assert.equal(moneyOf('cancelled', saga('refunding:bookingCancelled', 'cancelled:paymentFailed')), 'notCharged');
  assert.equal(moneyOf('cancelled', saga('confirming:paymentSucceeded', 'completed:bookingConfirmed', 'cancelled:bookingCancelled')), null);
});

test('What is paid at the desk is refunded there', () => {
  assert.equal(moneyOf('cancelled', null), 'atTheDesk');
  assert.ok(!isUnderWay(null));
});
