import { useEffect, useRef, useState } from 'preact/hooks';
import { useObservable } from '../state/Observable';
import type { Seats } from './AvailabilityStore';
import { hubState, seatStore, watchAsViewer, watchTours } from './live';

const pollEvery = 15_000;

/** Watches these tours for as long as the component is on screen. */
export function useWatch(tourIds: readonly string[]): void {
  const key = tourIds.join('\n');
  useEffect(() => (key === '' ? undefined : watchTours(key.split('\n'))), [key]);
}

/** Watches the tour of this page, as one of its viewers, for as long as the component is on screen. */
export function useWatchAsViewer(tourId: string): void {
  useEffect(() => watchAsViewer(tourId), [tourId]);
}

/** Draws the component anew when anything is learned of this tour. */
function useTourChanges(tourId: string): void {
  const [, redraw] = useState(0);
  useEffect(() => {
    redraw((n) => n + 1);
    return seatStore.subscribe(tourId, () => redraw((n) => n + 1));
  }, [tourId]);
}

/** @param fallback What an answer from REST said, until the store knows better. */
export function useSeats(tourId: string, date: string | null, fallback: Pick<Seats, 'availableSpots' | 'status'>): Partial<Seats> & typeof fallback {
  useTourChanges(tourId);
  return seatStore.seats(tourId, date) ?? fallback;
}

export function useViewers(tourId: string): number | undefined {
  useTourChanges(tourId);
  return seatStore.viewersOf(tourId);
}

/** While the hub is away the page asks REST every 15 seconds; a tab nobody looks at does not. */
export function usePollWhileAway(refresh: () => void): void {
  const state = useObservable(hubState);
  const latest = useRef(refresh);
  latest.current = refresh;
  useEffect(() => {
    if (state !== 'away') return;
    const timer = setInterval(() => document.visibilityState === 'visible' && latest.current(), pollEvery);
    return () => clearInterval(timer);
  }, [state]);
}
