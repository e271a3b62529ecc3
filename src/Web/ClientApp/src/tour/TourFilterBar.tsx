import { useEffect, useState } from 'preact/hooks';
import { mostTravellers, type TourFilters } from '../api/tours';
import { useTexts } from '../i18n/language';
import { Stepper } from '../ui/Stepper';

const noFilters: TourFilters = { destination: '', date: '', participants: 1 };

export function TourFilterBar({ filters, onChange }: { filters: TourFilters; onChange: (filters: TourFilters) => void }) {
  const { t } = useTexts();
  const [destination, setDestination] = useState(filters.destination);
  // The address changed by itself (back, or "Clear"); trailing spaces are the visitor's business until then.
  useEffect(() => {
    if (destination.trim() !== filters.destination) setDestination(filters.destination);
  }, [filters.destination]);

  const isFiltered = filters.destination !== '' || filters.date !== '' || filters.participants > 1;
  return (
    <form class="filters" role="search" onSubmit={(event) => event.preventDefault()}>
      <label class="field">
        <span>{t.destination}</span>
        <input
          type="search"
          value={destination}
          placeholder={t.anywhere}
          autoComplete="off"
          onInput={(event) => {
            setDestination(event.currentTarget.value);
            onChange({ ...filters, destination: event.currentTarget.value });
          }}
        />
      </label>
      <label class="field">
        <span>{t.date}</span>
        <input type="date" value={filters.date} min={today()} onInput={(event) => onChange({ ...filters, date: event.currentTarget.value })} />
      </label>
      <div class="field">
        <span>{t.travellers}</span>
        <Stepper
          label={t.travellers}
          value={filters.participants}
          min={1}
          max={mostTravellers}
          onChange={(participants) => onChange({ ...filters, participants })}
        />
      </div>
      <button type="button" class="button is-quiet filters-clear" disabled={!isFiltered} onClick={() => onChange(noFilters)}>
        {t.clearFilters}
      </button>
    </form>
  );
}

function today(): string {
  const now = new Date();
  return new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
}
