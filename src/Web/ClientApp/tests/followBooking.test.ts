import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BookingStatus } from '../src/api/bookings';
import { followBooking } from '../src/booking/followBooking';
import type { BookingUpdate } from '../src/live/types';
import { Signal } from '../src/state/Observable';

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A pending booking that is followed: what REST answers, what the hub pushes, and what the page shows. */
async function follow(first: BookingStatus | Error) {
  const followed = {
    answer: first as BookingStatus | Error | Promise<BookingStatus>,
    asked: 0,
    shown: [] as string[],
    updates: new Signal<BookingUpdate>(),
    end: () => {},
  };
  const ask = async () => {
    followed.asked++;
    const answer = await followed.answer;
    if (answer instanceof Error) throw answer;
    return { status: answer };
  };
  followed.end = followBooking('b1', { ask, updates: followed.updates }, (status) => followed.shown.push(status));
  await settled();
  return followed;
}
const push = (status: string, bookingId = 'b1'): BookingUpdate => ({ bookingId, tourId: 't1', status });

test('A payment that comes turns pending into confirmed with the hub’s push', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const booking = await follow('pending');
  booking.updates.emit(push('confirmed', 'another'));
  booking.updates.emit(push('pending'));
  assert.deepEqual(booking.shown, []);
  booking.updates.emit(push('confirmed'));
  assert.deepEqual(booking.shown, ['confirmed']);
});

test('A card that was declined before anybody listened is shown at once', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  assert.deepEqual((await follow('failed')).shown, ['failed']);
});

test('While the hub is away asking finds the hold expired, also after answers that got lost', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const booking = await follow(new Error('no answer'));
  booking.answer = 'pending';
  t.mock.timers.tick(2_000);
  await settled();
  assert.deepEqual(booking.shown, []);
  booking.answer = 'failed';
  t.mock.timers.tick(2_000);
  await settled();
  assert.deepEqual(booking.shown, ['failed']);
});

test('What is decided stays decided: a late answer changes nothing, and nobody asks again', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const booking = await follow('pending');
  let late!: (status: BookingStatus) => void;
  booking.answer = new Promise((resolve) => (late = resolve));
  t.mock.timers.tick(2_000);
  booking.updates.emit(push('confirmed'));
  late('failed');
  await settled();
  booking.updates.emit(push('cancelled'));
  t.mock.timers.tick(60_000);
  assert.deepEqual(booking.shown, ['confirmed']);
  assert.equal(booking.asked, 2);
});

test('A page that was left follows no more', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const booking = await follow('pending');
  booking.end();
  booking.updates.emit(push('confirmed'));
  t.mock.timers.tick(60_000);
  assert.deepEqual([booking.shown, booking.asked], [[], 1]);
});
