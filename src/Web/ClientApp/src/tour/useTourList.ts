import { useEffect, useRef, useState } from 'preact/hooks';
import { filterQuery, listTours, type TourFilters, type TourPage } from '../api/tours';
import { hubState, seatStore } from '../live/live';

interface Loaded extends TourPage {
  query: string;
}

/** The last list, so that going back from a tour shows it at once and where it was. */
let last: Loaded | null = null;

export function useTourList(filters: TourFilters) {
  const query = filterQuery(filters).toString();
  const [list, setList] = useState<Loaded | null>(last);
  const [failed, setFailed] = useState(false);
  const [loading, setLoading] = useState(false);
  const running = useRef<AbortController | null>(null);

  const load = async (cursor: string | null) => {
    running.current?.abort();
    const { signal } = (running.current = new AbortController());
    setLoading(true);
    try {
      const askedAt = Date.now();
      const { data } = await listTours(filters, cursor, signal);
      learnSeats(data, askedAt);
      const before = cursor && last?.query === query ? last.tours.filter((tour) => !data.tours.some((next) => next.id === tour.id)) : [];
      last = { ...data, tours: [...before, ...data.tours], query };
      setList(last);
      setFailed(false);
    } catch (error) {
      if (signal.aborted) return;
      console.warn('the tour list could not be loaded', String(error));
      setFailed(true);
    }
    if (!signal.aborted) setLoading(false);
  };

  useEffect(() => {
    // Typing a destination asks once per pause, not once per letter.
    const timer = setTimeout(() => void load(null), last && last.query !== query ? 250 : 0);
    return () => clearTimeout(timer);
  }, [query]);
  useEffect(() => () => running.current?.abort(), []);

  return {
    tours: list?.tours,
    total: list?.total ?? 0,
    more: list?.query === query && list.cursor !== null && list.cursor !== undefined,
    failed,
    loading,
    refresh: () => void load(null),
    loadMore: () => void load(list?.cursor ?? null),
  };
}

function learnSeats(page: TourPage, askedAt: number): void {
  const reports = page.tours
    .filter((tour) => tour.date !== null)
    .map((tour) => ({ tourId: tour.id, date: tour.date, availableSpots: tour.availableSpots, status: tour.status, version: tour.version ?? null }));
  seatStore.apply(reports, { askedAt, hubAway: hubState.value !== 'live' });
}
