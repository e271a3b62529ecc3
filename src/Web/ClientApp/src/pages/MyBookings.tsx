import { useEffect } from 'preact/hooks';
import { BookingRow } from '../booking/BookingRow';
import { useMyBookings } from '../booking/useMyBookings';
import { useTexts } from '../i18n/language';
import { askToSignIn } from '../shell/SignInDialog';
import { useObservable } from '../state/Observable';
import { session } from '../state/session';
import { canSignIn } from '../state/signInWays';
import { Failure } from '../ui/Failure';
import { Link } from '../ui/Link';

export function MyBookings() {
  const { t } = useTexts();
  const signedIn = useObservable(session);
  useEffect(() => void (document.title = `${t.myBookings} · ${t.brand}`), [t]);
  return (
    <section class="bookings">
      <h1>{t.myBookings}</h1>
      {signedIn ? (
        <OwnBookings key={signedIn.token} />
      ) : (
        <div class="empty">
          <p class="empty-title">{canSignIn() ? t.bookingsSignIn : t.signInElsewhere}</p>
          {canSignIn() && (
            <button type="button" class="button" onClick={() => void askToSignIn()}>
              {t.signIn}
            </button>
          )}
        </div>
      )}
    </section>
  );
}

function OwnBookings() {
  const { t } = useTexts();
  const { bookings, tours, failed, reload } = useMyBookings();
  if (failed && !bookings) return <Failure text={t.loadFailed} retry={reload} />;
  if (!bookings) return <p class="muted">{t.loading}</p>;
  if (bookings.length === 0)
    return (
      <div class="empty">
        <p class="empty-title">{t.bookingsEmpty}</p>
        <p class="muted">{t.bookingsEmptyHint}</p>
        <Link to="/" class="button">
          {t.allTours}
        </Link>
      </div>
    );
  return (
    <ul class="booking-list">
      {bookings.map((booking) => (
        <BookingRow key={booking.id} booking={booking} tour={tours.get(booking.tourId)} onChanged={reload} />
      ))}
    </ul>
  );
}
