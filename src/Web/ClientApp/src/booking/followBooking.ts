import type { Booking, BookingStatus } from '../api/bookings';
import type { BookingUpdate } from '../live/types';

/** The hub says at once what became of a payment; where it is away, or was faster than the answer, asking does. */
const askEvery = 2_000;

export interface BookingNews {
  ask: (bookingId: string) => Promise<Pick<Booking, 'status'>>;
  updates: { subscribe: (listener: (update: BookingUpdate) => void) => () => void };
}

/** Tells once what became of a pending booking, whichever way it is learned first: "pending" is no news. Returns the end of following. */
export function followBooking(bookingId: string, { ask, updates }: BookingNews, decided: (status: BookingStatus) => void): () => void {
  let over = false;
  const hear = (status: BookingStatus) => {
    if (over || status === 'pending') return;
    end();
    decided(status);
  };
  const look = () => void ask(bookingId).then((booking) => hear(booking.status), () => {});
  const timer = setInterval(look, askEvery);
  const unsubscribe = updates.subscribe((update) => update.bookingId === bookingId && hear(update.status as BookingStatus));
  const end = () => {
    over = true;
    clearInterval(timer);
    unsubscribe();
  };
  look(); // it may have been decided before anybody listened
  return end;
}
