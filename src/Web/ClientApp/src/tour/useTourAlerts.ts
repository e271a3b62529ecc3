import { useEffect } from 'preact/hooks';
import type { Tour } from '../api/tours';
import { dayAndTime } from '../i18n/format';
import { useTexts } from '../i18n/language';
import { alerts } from '../live/live';
import { showToast } from '../state/toasts';

/** On a tour's own page its turning points are worth a toast; on the list the numbers are enough. */
export function useTourAlerts(tour: Tour | null): void {
  const { t, date } = useTexts();
  useEffect(
    () =>
      alerts.subscribe((alert) => {
        // Held seats are one visitor's news: the booking form tells it to whom they are for.
        if (!tour || alert.tourId !== tour.id || alert.kind === 'spots_available') return;
        const when = alert.date ? date(alert.date, tour.timeZone, dayAndTime) : tour.name;
        if (alert.kind === 'sold_out') showToast('bad', t.alertSoldOut, when);
        else if (alert.kind === 'low') showToast('warning', t.alertLow(alert.availableSpots), when);
        else showToast('good', t.alertRestored(alert.availableSpots), when);
      }),
    [tour, t],
  );
}
