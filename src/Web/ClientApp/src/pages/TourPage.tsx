import { useEffect, useState } from 'preact/hooks';
import type { Tour } from '../api/tours';
import { BookingForm } from '../booking/BookingForm';
import { useWaitingList } from '../booking/useWaitingList';
import { useTexts } from '../i18n/language';
import { seatStore } from '../live/live';
import { usePollWhileAway, useViewers, useWatchAsViewer } from '../live/useLive';
import { AwayNotice } from '../shell/ConnectionBadge';
import { DepartureList } from '../tour/DepartureList';
import { TourArt } from '../tour/TourArt';
import { TourRating } from '../tour/TourRating';
import { useTour } from '../tour/useTour';
import { useTourAlerts } from '../tour/useTourAlerts';
import { Failure } from '../ui/Failure';
import { Icon } from '../ui/Icon';
import { Link } from '../ui/Link';

export function TourPage({ tourId, demoSignIn }: { tourId: string; demoSignIn: boolean }) {
  const { t } = useTexts();
  const { tour, failure, reload } = useTour(tourId);
  useWatchAsViewer(tourId);
  usePollWhileAway(reload);
  useTourAlerts(tour);
  useEffect(() => void (document.title = tour ? `${tour.name} · ${t.brand}` : t.brand), [tour?.name, t]);

  if (failure === 'unknown') return <Failure text={t.tourNotFound} />;
  if (!tour) return failure ? <Failure text={t.loadFailed} retry={reload} /> : <div class="tour-loading" aria-busy="true" />;
  return <LoadedTour key={tour.id} tour={tour} demoSignIn={demoSignIn} reload={reload} />;
}

function LoadedTour({ tour, demoSignIn, reload }: { tour: Tour; demoSignIn: boolean; reload: () => void }) {
  const { t } = useTexts();
  const departures = tour.departures.filter((departure) => Date.parse(departure.date) > Date.now());
  const [chosen, choose] = useState<string | null>(() => firstBookable(tour.id, departures) ?? null);
  const departure = departures.find((d) => d.date === chosen);
  const waitingList = useWaitingList(tour.id);
  return (
    <>
      <Link to="/" class="back-link">
        <Icon name="back" />
        {t.allTours}
      </Link>
      <TourHead tour={tour} />
      <AwayNotice />
      <div class="tour-columns">
        <section aria-labelledby="departures-title">
          <div class="section-head">
            <h2 id="departures-title">{t.departures}</h2>
            {tour.timeZone && <p class="muted">{t.departuresIn(tour.timeZone.split('/').pop()!.replace(/_/g, ' '))}</p>}
          </div>
          {departures.length === 0 && <p class="muted">{t.noDepartures}</p>}
          <DepartureList tour={tour} departures={departures} chosen={chosen} onChoose={choose} />
        </section>
        {departure && <BookingForm tour={tour} departure={departure} demoSignIn={demoSignIn} waitingList={waitingList} reload={reload} />}
      </div>
    </>
  );
}

function TourHead({ tour }: { tour: Tour }) {
  const { t, price, duration } = useTexts();
  const viewers = useViewers(tour.id) ?? 0;
  return (
    <section class="tour-head">
      <div class="tour-head-art">
        <TourArt tourId={tour.id} category={tour.category} />
      </div>
      <div class="tour-head-text">
        <p class="card-place">
          <Icon name="pin" />
          {tour.destination}
        </p>
        <h1>{tour.name}</h1>
        <ul class="tour-facts">
          <li>
            <strong>{price(tour.price, tour.currency)}</strong> {t.perPerson}
          </li>
          <li>
            <Icon name="clock" />
            {duration(tour.durationHours)}
          </li>
          <TourRating tour={tour} />
          <li class="tour-viewers" data-viewers={viewers}>
            {viewers > 1 && (
              <>
                <Icon name="eye" />
                {t.viewers(viewers)}
              </>
            )}
          </li>
        </ul>
      </div>
    </section>
  );
}

function firstBookable(tourId: string, departures: Tour['departures']): string | undefined {
  const bookable = departures.find((departure) => {
    const seats = seatStore.seats(tourId, departure.date) ?? departure;
    return seats.availableSpots > 0 && seats.status !== 'closed';
  });
  return (bookable ?? departures[0])?.date;
}
