import { useEffect, useState } from 'preact/hooks';
import { listSupplierTours, pageSize, type Supplier, type SupplierTour } from '../api/suppliers';
import { age } from '../i18n/format';
import { useTexts } from '../i18n/language';
import { Failure } from '../ui/Failure';

const looks: Record<string, string> = { ok: 'confirmed', failed: 'failed', never: 'pending' };

const every = 10_000;

/** A supplier's tours, twenty at a time; the first page is read again every ten seconds as long as it is the only one. */
export function SupplierTourList({ supplier }: { supplier: Supplier }) {
  const { t } = useTexts();
  const texts = t.suppliers;
  const [onlyFailed, setOnlyFailed] = useState(false);
  const [tours, setTours] = useState<SupplierTour[] | null>(null);
  const [cursor, setCursor] = useState<string | null>(null);
  const [failed, setFailed] = useState(false);

  const load = async (from: string | null, signal?: AbortSignal) => {
    try {
      const page = await listSupplierTours(supplier.id, onlyFailed, from, signal);
      setTours((before) => (from === null ? page.tours : [...(before ?? []), ...page.tours]));
      setCursor(page.nextCursor ?? null);
      setFailed(false);
    } catch (error) {
      if (signal?.aborted) return;
      console.warn('the tours of a supplier could not be read', String(error));
      setFailed(true);
    }
  };
  useEffect(() => {
    const end = new AbortController();
    void load(null, end.signal);
    return () => end.abort();
  }, [supplier.id, onlyFailed, supplier.lastRun?.endedAt]);
  const onePage = (tours?.length ?? 0) <= pageSize;
  useEffect(() => {
    const timer = onePage ? window.setInterval(() => document.hidden || void load(null), every) : 0;
    return () => clearInterval(timer);
  }, [supplier.id, onlyFailed, onePage]);

  return (
    <div class="supplier-tours">
      <label class="check">
        <input type="checkbox" checked={onlyFailed} onChange={(event) => setOnlyFailed(event.currentTarget.checked)} />
        {texts.onlyFailed}
      </label>
      {failed && <Failure text={t.loadFailed} retry={() => void load(null)} />}
      {tours?.length === 0 && <p class="muted">{texts.noTours}</p>}
      <ul>
        {tours?.map((tour) => (
          <li key={tour.tourId} data-tour={tour.tourId}>
            <span class="supplier-tour-name">
              {tour.name}
              <small>{tour.productId}</small>
            </span>
            <span class="supplier-tour-age">{tour.lastSyncedAt ? age((Date.now() - Date.parse(tour.lastSyncedAt)) / 1_000, t.locale) : '–'}</span>
            <span class={`status is-${looks[tour.result] ?? 'pending'}`}>{texts.results[tour.result] ?? tour.result}</span>
            {tour.reason && <span class="letter-reason supplier-tour-reason">{tour.reason}</span>}
          </li>
        ))}
      </ul>
      {cursor && (
        <button type="button" class="button is-quiet" data-testid="more-tours" onClick={() => void load(cursor)}>
          {texts.more}
        </button>
      )}
    </div>
  );
}
