import { useEffect, useState } from 'preact/hooks';
import { listTransactions, type PointsPage, type PointsTransaction } from '@app/api/loyalty';
import { useTexts } from '@app/i18n/language';
import { useModuleTexts } from '@app/i18n/moduleTexts';
import { texts } from './texts';

/** @param newest The first page; when it changes, older pages that were opened are closed. */
export function PointsHistory({ newest }: { newest: PointsPage }) {
  const t = useModuleTexts(texts);
  const [shown, setShown] = useState(newest);
  const [busy, setBusy] = useState(false);
  const newestId = newest.transactions[0]?.id;
  useEffect(() => setShown(newest), [newestId]);

  const more = async () => {
    setBusy(true);
    try {
      const older = await listTransactions(shown.cursor);
      setShown({ transactions: [...shown.transactions, ...older.transactions], cursor: older.cursor });
    } catch (error) {
      console.warn('The history could not be read', String(error)); // the button stays
    }
    setBusy(false);
  };
  return (
    <section>
      <h2>{t.history}</h2>
      {shown.transactions.length === 0 && <p class="muted">{t.noHistory}</p>}
      <ol class="points-history" data-testid="history">
        {shown.transactions.map((transaction) => (
          <HistoryRow key={transaction.id} transaction={transaction} />
        ))}
      </ol>
      {shown.cursor !== null && (
        <button type="button" class="button is-quiet" disabled={busy} onClick={() => void more()}>
          {t.more}
        </button>
      )}
    </section>
  );
}

function HistoryRow({ transaction }: { transaction: PointsTransaction }) {
  const { t: app } = useTexts();
  const t = useModuleTexts(texts);
  return (
    <li>
      <span>
        {t.reasons[transaction.reason] ?? transaction.reason}
        {transaction.tourName && <span class="muted"> · {transaction.tourName}</span>}
      </span>
      <time class="muted" dateTime={transaction.createdAt}>
        {new Intl.DateTimeFormat(app.locale, { dateStyle: 'medium' }).format(new Date(transaction.createdAt))}
      </time>
      <strong class={transaction.points > 0 ? 'is-gain' : ''}>
        {new Intl.NumberFormat(app.locale, { signDisplay: 'exceptZero' }).format(transaction.points)}
      </strong>
    </li>
  );
}
