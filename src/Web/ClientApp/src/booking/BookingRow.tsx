import { useState } from 'preact/hooks';
import { cancelBooking, type Booking } from '../api/bookings';
import { ApiProblem } from '../api/http/request';
import type { Tour } from '../api/tours';
import { longDayAndTime } from '../i18n/format';
import { useTexts } from '../i18n/language';
import { showToast } from '../state/toasts';
import { TourArt } from '../tour/TourArt';
import { Icon } from '../ui/Icon';
import { Link } from '../ui/Link';
import { BookingMoney } from './payment/BookingMoney';
import { OwnRating } from './OwnRating';
import { useSaga } from './payment/useSaga';

export function BookingRow({ booking, tour, onChanged }: { booking: Booking; tour: Tour | undefined; onChanged: () => void }) {
  const { t, date, price } = useTexts();
  const saga = useSaga(booking);
  const cancellable = (booking.status === 'confirmed' || booking.status === 'pending') && Date.parse(booking.date) > Date.now();
  return (
    <li class={`booking-item is-${booking.status}`} data-booking={booking.id}>
      <div class="booking-item-art">
        <TourArt tourId={booking.tourId} category={tour?.category ?? ''} />
      </div>
      <div class="booking-item-text">
        <div class="booking-item-head">
          <h2>
            <Link to={`/tours/${encodeURIComponent(booking.tourId)}`}>{tour?.name ?? booking.tourId}</Link>
          </h2>
          <span class={`status is-${booking.status}`}>{t.status[booking.status] ?? booking.status}</span>
        </div>
        <ul class="card-facts">
          <li>
            <Icon name="calendar" />
            <time dateTime={booking.date}>{date(booking.date, tour?.timeZone ?? null, longDayAndTime)}</time>
          </li>
          <li>
            <Icon name="people" />
            {t.seats(booking.participants)} · {price(booking.totalPrice, booking.currency)}
          </li>
          {(booking.discountPercentage > 0 || booking.voucherCode) && (
            <li>
              <Icon name="check" />
              {[
                booking.discountPercentage > 0 ? t.discounted(booking.discountPercentage) : '',
                booking.voucherCode ? t.withVoucher(booking.voucherCode) : '',
              ]
                .filter(Boolean)
                .join(' · ')}
            </li>
          )}
          <li>
            <Icon name="ticket" />
            <code>{booking.id}</code>
          </li>
        </ul>
        <BookingMoney booking={booking} saga={saga} />
        <OwnRating booking={booking} onChanged={onChanged} />
        {cancellable && <CancelButton booking={booking} onChanged={onChanged} />}
      </div>
    </li>
  );
}

function CancelButton({ booking, onChanged }: { booking: Booking; onChanged: () => void }) {
  const { t, price } = useTexts();
  const [step, setStep] = useState<'idle' | 'asking' | 'busy'>('idle');
  const [problem, setProblem] = useState('');

  const cancel = async () => {
    setStep('busy');
    try {
      const cancelled = await cancelBooking(booking.id);
      // What was never paid is not refunded.
      const refund = booking.status === 'confirmed' && cancelled.refundAmount > 0;
      showToast('good', t.cancelled, refund ? t.refund(price(cancelled.refundAmount, cancelled.currency)) : undefined);
      onChanged();
    } catch (error) {
      setProblem(error instanceof ApiProblem && error.status < 500 ? (t.problems[error.code] ?? error.message) : t.errorNoAnswer);
      setStep('idle');
    }
  };
  return (
    <div class="cancel">
      {step === 'idle' ? (
        <button type="button" class="link-button" onClick={() => setStep('asking')}>
          {t.cancelBooking}
        </button>
      ) : (
        <>
          <span>{t.reallyCancel}</span>
          <button type="button" class="button is-danger" disabled={step === 'busy'} onClick={() => void cancel()}>
            {t.yesCancel}
          </button>
          <button type="button" class="button is-quiet" disabled={step === 'busy'} onClick={() => setStep('idle')}>
            {t.keep}
          </button>
        </>
      )}
      <p class="problem" role="alert">
        {problem}
      </p>
    </div>
  );
}
