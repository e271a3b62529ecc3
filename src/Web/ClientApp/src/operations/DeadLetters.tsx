import { useState } from 'preact/hooks';
import type { DeadLetter } from '../api/operations';
import { useTexts } from '../i18n/language';
import { Failure } from '../ui/Failure';
import { useDeadLetters } from './useDeadLetters';

export function DeadLetters({ consumer, count }: { consumer: string; count: number | null }) {
  const { t } = useTexts();
  const { page, failed, busy, reload, requeue, remove } = useDeadLetters(consumer, count);
  if (!page) return failed ? <Failure text={t.loadFailed} retry={reload} /> : <p class="muted">{t.loading}</p>;
  if (page.total === 0) return <p class="muted letters-none">{t.operations.noDeadLetters}</p>;
  return (
    <>
      <div class="letters-head">
        <p class="muted">{t.operations.shown(page.letters.length, page.total)}</p>
        <button type="button" class="button is-quiet" data-testid="requeue-all" disabled={busy} onClick={() => requeue(null)}>
          {t.operations.requeueAll}
        </button>
      </div>
      <ul class="letters">
        {page.letters.map((letter) => (
          <Letter key={letter.id} letter={letter} busy={busy} onRequeue={() => requeue(letter.id)} onRemove={() => remove(letter.id)} />
        ))}
      </ul>
    </>
  );
}

function Letter({ letter, busy, onRequeue, onRemove }: { letter: DeadLetter; busy: boolean; onRequeue: () => void; onRemove: () => void }) {
  const { t } = useTexts();
  const [asking, setAsking] = useState(false);
  const when = (iso: string) => new Intl.DateTimeFormat(t.locale, { dateStyle: 'medium', timeStyle: 'medium' }).format(new Date(iso));
  const facts = [
    letter.eventId,
    t.operations.attempts(letter.attempts),
    letter.firstFailedAt ? t.operations.firstFailed(when(letter.firstFailedAt)) : null,
  ].filter((fact) => fact);
  const size = new Intl.NumberFormat(t.locale, { style: 'unit', unit: 'byte', unitDisplay: 'long' }).format(letter.size);
  return (
    <li class="letter" data-letter={letter.id}>
      <h3>{letter.eventType ?? t.operations.unreadable}</h3>
      <p class="letter-reason">{letter.reason}</p>
      <p class="muted letter-facts">{facts.join(' · ')}</p>
      <details>
        <summary>{t.operations.body(size)}</summary>
        <pre>{pretty(letter.body)}</pre>
        {new TextEncoder().encode(letter.body).length < letter.size && <p class="muted">{t.operations.cut}</p>}
      </details>
      <div class="cancel">
        {asking ? (
          <>
            <span>{t.operations.reallyRemove}</span>
            <button type="button" class="button is-danger" data-testid="delete-yes" disabled={busy} onClick={onRemove}>
              {t.operations.yesRemove}
            </button>
            <button type="button" class="button is-quiet" onClick={() => setAsking(false)}>
              {t.keep}
            </button>
          </>
        ) : (
          <>
            <button type="button" class="button" data-testid="requeue" disabled={busy} onClick={onRequeue}>
              {t.operations.requeue}
            </button>
            <button type="button" class="button is-quiet" data-testid="delete" disabled={busy} onClick={() => setAsking(true)}>
              {t.operations.remove}
            </button>
          </>
        )}
      </div>
    </li>
  );
}

function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
