import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lastAnswer } from '../src/api/bookings';
import { bookingUpdates } from '../src/live/live';
import { showBookingUpdates } from '../src/live/showBookingUpdates';
import { toasts } from '../src/state/toasts';

test('Only the last of quick changes is a toast, and none that this page has said itself', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  showBookingUpdates();
  const push = (bookingId: string, status: string) => bookingUpdates.emit({ bookingId, tourId: 't1', status });
  const shown = () => toasts.value.map(({ tone, title }) => `${tone}: ${title}`);

  push('elsewhere', 'pending');
  push('elsewhere', 'confirmed');
  push('here', 'cancelled');
  lastAnswer.set('here', 'cancelled');
  t.mock.timers.tick(1_500);
  assert.deepEqual(shown(), ['good: Booking confirmed']);
  push('late', 'pending');
  t.mock.timers.tick(1_500);
  assert.deepEqual(shown(), ['good: Booking confirmed', 'info: Booking pending']);

  push('late', 'failed');
  t.mock.timers.tick(1_500);
  assert.deepEqual(shown(), ['good: Booking confirmed', 'info: Booking pending', 'bad: Booking failed']);
  t.mock.timers.tick(60_000);
  assert.deepEqual(shown(), []);
});
