import type { Booking } from '../../api/bookings';
import type { Saga } from '../../api/sagas';
import { useTexts } from '../../i18n/language';
import { moneyOf } from './moneyOf';

/** One line about the payment or refund of a booking that is over. */
export function BookingMoney({ booking, saga }: { booking: Booking; saga: Saga | null | undefined }) {
  const { t, price } = useTexts();
  if (saga === undefined) return null;
  const money = moneyOf(booking.status, saga);
  if (!money) return null;
  const amount = price(saga?.refundAmount ?? 0, booking.currency);
  const text = money === 'refunding' || money === 'refunded' ? t.money[money](amount) : t.money[money];
  return (
    <p class={`booking-money is-${money}`} data-money={money}>
      {text}
    </p>
  );
}
