import type { Departure, Tour } from '../api/tours';
import { formatDate, monthAndYear, timeOnly } from '../i18n/format';
import { useTexts } from '../i18n/language';
import { useSeats } from '../live/useLive';
import { SeatPill } from './SeatPill';

interface Props {
  tour: Tour;
  departures: Departure[];
  chosen: string | null;
  onChoose: (date: string) => void;
}

export function DepartureList({ tour, departures, chosen, onChoose }: Props) {
  const { t, date } = useTexts();
  const months = new Map<string, Departure[]>();
  for (const departure of departures) {
    const month = date(departure.date, tour.timeZone, monthAndYear);
    months.set(month, [...(months.get(month) ?? []), departure]);
  }
  return (
    <div role="radiogroup" aria-label={t.chooseDeparture}>
      {[...months].map(([month, inMonth]) => (
        <fieldset class="departures" key={month}>
          <legend>{month}</legend>
          {inMonth.map((departure) => (
            <DepartureRow key={departure.date} tour={tour} departure={departure} chosen={departure.date === chosen} onChoose={onChoose} />
          ))}
        </fieldset>
      ))}
    </div>
  );
}

interface RowProps {
  tour: Tour;
  departure: Departure;
  chosen: boolean;
  onChoose: (date: string) => void;
}

function DepartureRow({ tour, departure, chosen, onChoose }: RowProps) {
  const { t, date } = useTexts();
  const seats = useSeats(tour.id, departure.date, departure);
  const capacity = seats.capacity ?? departure.capacity;
  return (
    <label class={`departure is-${seats.status}`} data-departure={departure.date}>
      <input
        type="radio"
        name="departure"
        checked={chosen}
        disabled={seats.status === 'closed' && !chosen}
        onChange={() => onChoose(departure.date)}
      />
      <span class="departure-day" aria-hidden="true" data-testid="choose">
        <span>{date(departure.date, tour.timeZone, { weekday: 'short' })}</span>
        <strong>{date(departure.date, tour.timeZone, { day: 'numeric' })}</strong>
      </span>
      <span class="visually-hidden">{formatDate(departure.date, tour.timeZone, t.locale, { weekday: 'long', day: 'numeric', month: 'long' })}</span>
      <span class="departure-middle">
        <time dateTime={departure.date}>{date(departure.date, tour.timeZone, timeOnly)}</time>
        <span class="capacity" title={seats.status === 'closed' ? t.closed : t.ofCapacity(seats.availableSpots, capacity)} aria-hidden="true">
          <span style={{ width: `${capacity > 0 ? Math.min(100, (100 * seats.availableSpots) / capacity) : 0}%` }} />
        </span>
      </span>
      <SeatPill seats={seats} />
    </label>
  );
}
