import { useEffect, useState } from 'preact/hooks';
import { listBookings, type Booking } from '../api/bookings';
import { getTour, type Tour } from '../api/tours';
import { bookingUpdates, hubState } from '../live/live';
import { usePollWhileAway } from '../live/useLive';

/** The visitor's bookings, newest first, kept right by the hub's pushes. */
export function useMyBookings() {
  const [bookings, setBookings] = useState<Booking[] | null>(null);
  const [tours, setTours] = useState<ReadonlyMap<string, Tour>>(new Map());
  const [failed, setFailed] = useState(false);

  const reload = async () => {
    try {
      const { data } = await listBookings();
      const newestFirst = [...data.bookings].sort((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt));
      setBookings(newestFirst);
      setFailed(false);
      const ids = [...new Set(newestFirst.map((booking) => booking.tourId))];
      // A tour that cannot be read leaves its id on the screen, and the others their names.
      const loaded = await Promise.allSettled(ids.map((id) => getTour(id)));
      setTours(new Map(loaded.flatMap((result) => (result.status === 'fulfilled' ? [[result.value.id, result.value] as const] : []))));
    } catch (error) {
      console.warn('the bookings could not be loaded', String(error));
      setFailed(true);
    }
  };

  useEffect(() => {
    void reload();
    const ends = [
      bookingUpdates.subscribe(() => void reload()),
      // What happened while the hub was away was not pushed.
      hubState.subscribe((state) => state === 'live' && void reload()),
    ];
    return () => ends.forEach((end) => end());
  }, []);
  usePollWhileAway(() => void reload());

  return { bookings, tours, failed, reload: () => void reload() };
}
