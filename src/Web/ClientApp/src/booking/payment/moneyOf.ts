import type { BookingStatus } from '../../api/bookings';
import type { Saga } from '../../api/sagas';

/** What became of the money of a booking that is over. */
export type Money = 'declined' | 'timedOut' | 'refunding' | 'refunded' | 'notCharged' | 'atTheDesk';

/**
 * @param saga Null for a booking that is paid at the desk.
 * @returns Null where there is nothing to say: the booking stands, or nothing is to go back.
 */
export function moneyOf(status: BookingStatus, saga: Saga | null): Money | null {
  if (status !== 'failed' && status !== 'cancelled') return null;
  if (!saga) return status === 'cancelled' ? 'atTheDesk' : null;
  const last = saga.steps.at(-1);
  if (last?.because === 'paymentRefunded') return 'refunded';
  if (status === 'cancelled') return last?.step === 'refunding' ? 'refunding' : last?.because === 'paymentFailed' ? 'notCharged' : null;
  return saga.steps.some(({ step, because }) => step === 'releasing' && because === 'paymentFailed') ? 'declined' : 'timedOut';
}

/** Whether the money is still on its way back: worth asking again. */
export const isUnderWay = (saga: Saga | null) => saga?.step === 'refunding';
