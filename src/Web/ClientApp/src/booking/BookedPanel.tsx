import type { Booking } from '../api/bookings';
import type { Tour } from '../api/tours';
import { longDayAndTime } from '../i18n/format';
import { useTexts } from '../i18n/language';
import { Icon } from '../ui/Icon';
import { Link } from '../ui/Link';
import { BookingMoney } from './payment/BookingMoney';
import { useSaga } from './payment/useSaga';

/** What became of the visitor's booking: it changes while the payment does. */
export function BookedPanel({ booking, tour, onAgain }: { booking: Booking; tour: Tour; onAgain: () => void }) {
  const { t, date, price, clock } = useTexts();
  const saga = useSaga(booking);
  return (
    <div class="booking is-booked" role="status" data-testid="booked" data-status={booking.status}>
      {booking.status === 'confirmed' && (
        <span class="booked-mark">
          <Icon name="check" />
        </span>
      )}
      <h2>{booking.status === 'confirmed' ? t.booked : t.bookingIs(t.status[booking.status] ?? booking.status)}</h2>
      {booking.status === 'pending' && <p class="muted">{t.awaitsPayment(saga ? clock(saga.payBy) : null)}</p>}
      <BookingMoney booking={booking} saga={saga} />
      <p>
        {t.bookedText(booking.participants, date(booking.date, tour.timeZone, longDayAndTime))} {price(booking.totalPrice, booking.currency)}
      </p>
      <p class="muted booked-reference">
        {t.reference} <code>{booking.id}</code>
      </p>
      <Link to="/bookings" class="button">
        {t.seeBookings}
      </Link>
      <button type="button" class="button is-quiet" onClick={onAgain}>
        {t.bookAgain}
      </button>
    </div>
  );
}
