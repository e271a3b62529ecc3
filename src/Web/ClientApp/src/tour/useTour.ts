import { useCallback, useEffect, useState } from 'preact/hooks';
import { ApiProblem } from '../api/http/request';
import { getTour, type Tour } from '../api/tours';
import { seatStore, tourChanges } from '../live/live';

/** The tour's details; seats go to the store, where newest wins. */
export function useTour(tourId: string) {
  const [tour, setTour] = useState<Tour | null>(null);
  const [failure, setFailure] = useState<'unknown' | 'no answer' | null>(null);

  const reload = useCallback(async () => {
    try {
      const loaded = await getTour(tourId);
      seatStore.apply(loaded.departures.map((departure) => ({ tourId, ...departure })));
      setTour(loaded);
      setFailure(null);
    } catch (error) {
      if (!(error instanceof ApiProblem)) console.warn('the tour could not be loaded', String(error));
      setFailure(error instanceof ApiProblem && error.status === 404 ? 'unknown' : 'no answer');
    }
  }, [tourId]);

  useEffect(() => {
    setTour(null);
    setFailure(null);
    void reload();
    return tourChanges.subscribe((changed) => changed === tourId && void reload());
  }, [reload]);

  return { tour: tour?.id === tourId ? tour : null, failure, reload: () => void reload() };
}
