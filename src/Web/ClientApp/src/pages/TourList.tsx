import { useEffect, useState } from 'preact/hooks';
import { filterQuery, readFilters, type TourFilters } from '../api/tours';
import { useTexts } from '../i18n/language';
import { alerts } from '../live/live';
import type { AvailabilityAlert } from '../live/types';
import { usePollWhileAway, useWatch } from '../live/useLive';
import { AwayNotice } from '../shell/ConnectionBadge';
import { replace } from '../state/router';
import { TourCard } from '../tour/TourCard';
import { TourFilterBar } from '../tour/TourFilterBar';
import { useTourList } from '../tour/useTourList';
import { Failure } from '../ui/Failure';

export function TourList({ search }: { search: string }) {
  const { t } = useTexts();
  const filters = readFilters(search);
  const { tours, total, more, failed, loading, refresh, loadMore } = useTourList(filters);
  useWatch(tours?.map((tour) => tour.id) ?? []);
  usePollWhileAway(refresh);
  useEffect(() => void (document.title = `${t.tours} · ${t.brand}`), [t]);

  const change = (next: TourFilters) => {
    const query = filterQuery(next).toString();
    replace(query ? `/?${query}` : '/');
  };
  return (
    <>
      <section class="hero">
        <h1>{t.heroTitle}</h1>
        <p>{t.heroText}</p>
      </section>
      <TourFilterBar filters={filters} onChange={change} />
      <AwayNotice />
      <AlertAnnouncer nameOf={(id) => tours?.find((tour) => tour.id === id)?.name} />
      {failed && !tours && <Failure text={t.loadFailed} retry={refresh} />}
      {tours && tours.length > 0 && (
        <p class="list-count" aria-live="polite">
          {t.toursFound(total)}
        </p>
      )}
      {tours?.length === 0 && (
        <div class="empty">
          <p class="empty-title">{t.noTours}</p>
          <p class="muted">{t.noToursHint}</p>
        </div>
      )}
      <ul class="cards" aria-busy={loading}>
        {tours?.map((tour) => <TourCard key={tour.id} tour={tour} />)}
        {!tours && !failed && Array.from({ length: 6 }, (_, i) => <li key={i} class="card is-loading" aria-hidden="true" />)}
      </ul>
      {more && (
        <button type="button" class="button is-quiet list-more" disabled={loading} onClick={loadMore}>
          {t.showMore}
        </button>
      )}
    </>
  );
}

/** Screen readers hear of the turning points, not of every seat of fifty tours. */
function AlertAnnouncer({ nameOf }: { nameOf: (tourId: string) => string | undefined }) {
  const { t } = useTexts();
  const [alert, setAlert] = useState<AvailabilityAlert | null>(null);
  useEffect(() => alerts.subscribe(setAlert), []);
  const name = alert && nameOf(alert.tourId);
  const text = alert && (alert.kind === 'sold_out' ? t.soldOut : t.seatsLeft(alert.availableSpots));
  return (
    <p class="visually-hidden" aria-live="polite">
      {name && `${name}: ${text}`}
    </p>
  );
}
