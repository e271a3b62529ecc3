import { lastAnswer } from '../api/bookings';
import { texts } from '../i18n/language';
import { showToast, type ToastTone } from '../state/toasts';
import { bookingUpdates } from './live';

/** The push is often faster than the answer to the request that caused it. */
const answerMayTake = 1_500;

/**
 * A toast for what happens to a booking elsewhere or later; what was done on this page, the page itself has said. Of several changes within
 * a moment only the last is worth one: a booking that is paid at once was never pending to its customer.
 */
export function showBookingUpdates(): void {
  const latest = new Map<string, string>();
  bookingUpdates.subscribe(({ bookingId, status }) => {
    latest.set(bookingId, status);
    setTimeout(() => {
      if (latest.get(bookingId) !== status || lastAnswer.get(bookingId) === status) return;
      const t = texts();
      showToast(tones[status] ?? 'good', t.bookingIs(t.status[status] ?? status));
    }, answerMayTake);
  });
}

const tones: Record<string, ToastTone> = { pending: 'info', failed: 'bad', cancelled: 'warning', no_show: 'warning' };
