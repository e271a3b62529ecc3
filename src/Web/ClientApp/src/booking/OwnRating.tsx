import { useState } from 'preact/hooks';
import { rateBooking, type Booking } from '../api/bookings';
import { ApiProblem } from '../api/http/request';
import { useTexts } from '../i18n/language';
import { showToast } from '../state/toasts';
import { Icon } from '../ui/Icon';

const choices = [1, 2, 3, 4, 5];

/** Once the departure has begun: the form to rate the tour, then the rating that was given. */
export function OwnRating({ booking, onChanged }: { booking: Booking; onChanged: () => void }) {
  const { t } = useTexts();
  const [open, setOpen] = useState(false);
  const begun = booking.status === 'completed' || (booking.status === 'confirmed' && Date.parse(booking.date) <= Date.now());
  if (booking.rating !== null)
    return (
      <p class="own-rating">
        {t.yourRating}: <Stars count={booking.rating} />
      </p>
    );
  if (!begun) return null;
  if (open) return <RatingForm booking={booking} onChanged={onChanged} />;
  return (
    <button type="button" class="button is-quiet own-rating" data-testid="rate" onClick={() => setOpen(true)}>
      <Icon name="star" />
      {t.rateTour}
    </button>
  );
}

function RatingForm({ booking, onChanged }: { booking: Booking; onChanged: () => void }) {
  const { t } = useTexts();
  const [rating, setRating] = useState(0);
  const [comment, setComment] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');

  const send = async () => {
    setBusy(true);
    try {
      await rateBooking(booking.id, rating, comment);
      showToast('good', t.rated);
      onChanged();
    } catch (error) {
      setProblem(error instanceof ApiProblem && error.status < 500 ? (t.problems[error.code] ?? error.message) : t.errorNoAnswer);
      setBusy(false);
    }
  };
  return (
    <form
      class="rating-form"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <fieldset class="rating-choice">
        <legend class="visually-hidden">{t.yourRating}</legend>
        {choices.map((count) => (
          <label key={count} class={count <= rating ? 'is-chosen' : ''}>
            <input type="radio" name={`rating-${booking.id}`} required checked={count === rating} onChange={() => setRating(count)} />
            <Icon name="star" />
            <span class="visually-hidden">{t.stars(count)}</span>
          </label>
        ))}
      </fieldset>
      <label class="field">
        <span>{t.ratingComment}</span>
        <textarea maxLength={2000} value={comment} onInput={(event) => setComment(event.currentTarget.value)} />
      </label>
      <button class="button" data-testid="send-rating" disabled={busy}>
        {t.sendRating}
      </button>
      <p class="problem" role="alert">
        {problem}
      </p>
    </form>
  );
}

function Stars({ count }: { count: number }) {
  const { t } = useTexts();
  return (
    <span class="stars" role="img" aria-label={t.stars(count)}>
      {choices.slice(0, count).map((at) => (
        <Icon key={at} name="star" />
      ))}
    </span>
  );
}
