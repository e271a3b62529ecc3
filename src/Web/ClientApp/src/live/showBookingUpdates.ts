import { lastAnswer } from '../api/bookings';
import { texts } from '../i18n/language';
import { showToast } from '../state/toasts';
import { bookingUpdates } from './live';

/** The push is often faster than the answer to the request that caused it. */
const answerMayTake = 1_500;

/** A toast for what happens to a booking elsewhere or later; what was done on this page, the page itself has said. */
export function showBookingUpdates(): void {
  bookingUpdates.subscribe(({ bookingId, status }) =>
    setTimeout(() => {
      if (lastAnswer.get(bookingId) === status) return;
      const t = texts();
      showToast(status === 'failed' ? 'bad' : status === 'cancelled' ? 'warning' : 'good', t.bookingIs(t.status[status] ?? status));
    }, answerMayTake),
  );
}
