import { useState } from 'preact/hooks';
import type { Supplier, SupplierImport } from '../api/suppliers';
import { age } from '../i18n/format';
import { useTexts } from '../i18n/language';
import { SupplierTourList } from './SupplierTourList';
import { useSuppliers } from './useSuppliers';

const looks: Record<string, string> = { running: 'pending', waiting: 'confirmed', held: 'failed', paused: 'cancelled', unattended: 'failed' };

/** A card per supplier: how its sync is doing, and what an operator may tell it. */
export function Suppliers() {
  const { t } = useTexts();
  const { suppliers, stale, busy, steer } = useSuppliers();
  if (!suppliers) return <p class="muted">{stale ? t.loadFailed : t.loading}</p>;
  if (suppliers.length === 0) return <p class="muted">{t.suppliers.none}</p>;
  return (
    <>
      {stale && (
        <p class="away-notice" role="status">
          {t.operations.stale}
        </p>
      )}
      <ul class="suppliers">
        {suppliers.map((supplier) => (
          <SupplierCard key={supplier.id} supplier={supplier} busy={busy} steer={steer} />
        ))}
      </ul>
    </>
  );
}

function SupplierCard({ supplier, busy, steer }: { supplier: Supplier; busy: boolean; steer: ReturnType<typeof useSuppliers>['steer'] }) {
  const { t } = useTexts();
  const [open, setOpen] = useState(false);
  const texts = t.suppliers;
  const when = (iso: string) => new Intl.DateTimeFormat(t.locale, { dateStyle: 'short', timeStyle: 'medium' }).format(new Date(iso));
  const { currentRun, lastRun, nextRunAt, oldestSyncedAt, heldUntil, heldReason, pausedAt, pausedBy, import: imports } = supplier;
  const importing = imports != null && imports.state !== 'waiting';
  const importFact = ({ state, finishedAt, created, updated, closed, failed }: SupplierImport) =>
    texts.importStates[state] ?? (finishedAt ? `${when(finishedAt)} · ${texts.imported(created, updated, closed, failed)}` : texts.noImport);
  const facts: [name: string, value: string | null][] = [
    [texts.now, currentRun ? texts.progress(currentRun.done, supplier.tours) : null],
    [texts.lastRun, lastRun ? `${when(lastRun.endedAt)} · ${texts.ended(lastRun.tours, lastRun.failed)}` : texts.noRun],
    [texts.nextRun, nextRunAt ? when(nextRunAt) : '–'],
    [texts.tours, texts.counts(supplier.tours, supplier.failing, supplier.neverSynced)],
    [texts.oldest, oldestSyncedAt ? age((Date.now() - Date.parse(oldestSyncedAt)) / 1_000, t.locale) : '–'],
    [texts.lastImport, imports ? importFact(imports) : null],
    [texts.held, heldUntil ? `${when(heldUntil)} · ${heldReason ?? ''}` : null],
    [texts.pausedBy, pausedAt ? `${pausedBy ?? ''} · ${when(pausedAt)}` : null],
  ];
  return (
    <li class="supplier" data-supplier={supplier.id} data-state={supplier.state} data-import={imports?.state}>
      <div class="supplier-head">
        <h3>{supplier.id}</h3>
        <span class={`status is-${looks[supplier.state] ?? 'pending'}`}>{texts.states[supplier.state] ?? supplier.state}</span>
      </div>
      <dl class="supplier-facts">
        {facts.map(([name, value]) =>
          value === null ? null : (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ),
        )}
      </dl>
      {imports?.error && <p class="letter-reason">{imports.error}</p>}
      <div class="supplier-actions">
        <button type="button" class="button" data-testid="sync-now" disabled={busy || !!pausedAt} onClick={() => steer(supplier, 'sync')}>
          {texts.syncNow}
        </button>
        {imports && (
          <button
            type="button"
            class="button is-quiet"
            data-testid="import-now"
            disabled={busy || importing || !!pausedAt}
            onClick={() => steer(supplier, 'import')}
          >
            {texts.importNow}
          </button>
        )}
        <button
          type="button"
          class="button is-quiet"
          data-testid={pausedAt ? 'resume' : 'pause'}
          disabled={busy}
          onClick={() => steer(supplier, pausedAt ? 'resume' : 'pause')}
        >
          {pausedAt ? texts.resume : texts.pause}
        </button>
        <button type="button" class="button is-quiet" data-testid="show-tours" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? texts.hideTours : texts.showTours}
        </button>
      </div>
      {open && <SupplierTourList supplier={supplier} />}
    </li>
  );
}
