import { useEffect, useState } from 'preact/hooks';
import type { Booking } from '../api/bookings';
import type { Departure, Tour } from '../api/tours';
import { longDayAndTime } from '../i18n/format';
import { useTexts } from '../i18n/language';
import { useSeats } from '../live/useLive';
import { useObservable } from '../state/Observable';
import { session } from '../state/session';
import { Icon } from './Icon';
import { Link } from './Link';
import { SeatPill, seatText } from './SeatPill';
import { Stepper } from './Stepper';
import { testCards } from './testCards';
import { useBookingSubmit } from './useBookingSubmit';

interface Props {
  tour: Tour;
  departure: Departure;
  demoSignIn: boolean;
  reload: () => void;
}

export function BookingForm({ tour, departure, demoSignIn, reload }: Props) {
  const { t, date, price } = useTexts();
  const signedIn = useObservable(session);
  const seats = useSeats(tour.id, departure.date, departure);
  const [wanted, setWanted] = useState(1);
  const [paymentMethod, setPaymentMethod] = useState('');
  const { submit, busy, booked, problem, reset } = useBookingSubmit(reload);
  useEffect(reset, [departure.date]);

  const open = seats.status === 'closed' ? 0 : seats.availableSpots;
  const participants = Math.max(1, Math.min(wanted, open));
  if (booked) return <Booked booking={booked} tour={tour} onAgain={reset} />;
  return (
    <form
      class="booking"
      onSubmit={(event) => {
        event.preventDefault();
        void submit({ tourId: tour.id, date: departure.date, participants, ...(paymentMethod && { paymentMethod }) });
      }}
    >
      <div class="booking-when">
        <h2>{date(departure.date, tour.timeZone, longDayAndTime)}</h2>
        <SeatPill seats={seats} />
      </div>
      <p class="visually-hidden" aria-live="polite">
        {seatText(t, seats.status, seats.availableSpots)}
      </p>
      <div class="booking-row">
        <span class="booking-label">{t.travellers}</span>
        <Stepper label={t.travellers} value={participants} min={1} max={Math.max(1, open)} onChange={setWanted} testId="participants" />
      </div>
      {demoSignIn && (
        <label class="booking-row">
          <span class="booking-label">{t.payment}</span>
          <select data-testid="payment" value={paymentMethod} onChange={(event) => setPaymentMethod(event.currentTarget.value)}>
            <option value="">{t.payAtDesk}</option>
            {testCards.map((card) => (
              <option key={card} value={card}>
                {t.testCards[card]}
              </option>
            ))}
          </select>
        </label>
      )}
      <p class="booking-total">
        <span class="booking-label">{t.total}</span>
        <strong>{price(participants * tour.price, tour.currency)}</strong>
      </p>
      {signedIn || demoSignIn ? (
        <button class="button booking-submit" data-testid="book" disabled={busy || open === 0}>
          {busy ? t.booking : open === 0 ? seatText(t, seats.status, 0) : signedIn ? t.book : t.signInAndBook}
        </button>
      ) : (
        <p class="muted booking-submit">{t.signInElsewhere}</p>
      )}
      <p class="problem" role="alert">
        {problem}
      </p>
    </form>
  );
}

function Booked({ booking, tour, onAgain }: { booking: Booking; tour: Tour; onAgain: () => void }) {
  const { t, date, price } = useTexts();
  return (
    <div class="booking is-booked" role="status" data-testid="booked" data-status={booking.status}>
      {booking.status === 'confirmed' && (
        <span class="booked-mark">
          <Icon name="check" />
        </span>
      )}
      <h2>{booking.status === 'confirmed' ? t.booked : t.bookingIs(t.status[booking.status] ?? booking.status)}</h2>
      {booking.status === 'pending' && <p class="muted">{t.awaitsPayment}</p>}
      {booking.status === 'failed' && <p class="problem">{t.paymentFailed}</p>}
      <p>{t.bookedText(booking.participants, date(booking.date, tour.timeZone, longDayAndTime))}</p>
      <p class="muted booked-reference">
        {t.reference} <code>{booking.id}</code> · {price(booking.totalPrice, booking.currency)}
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
