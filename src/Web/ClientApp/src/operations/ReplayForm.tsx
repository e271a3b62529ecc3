import { useState } from 'preact/hooks';
import { replayEvents } from '../api/events';
import { ApiProblem } from '../api/http/request';
import { useTexts } from '../i18n/language';
import { showToast } from '../state/toasts';

const minute = 60_000;

/** As a `datetime-local` field writes it: this browser's own time, to the minute. */
const localTime = (time: number) => new Date(time - new Date(time).getTimezoneOffset() * minute).toISOString().slice(0, 16);

/** Puts a span of the event log into one consumer's queue. Harmless to repeat, so it does not ask twice. */
export function ReplayForm({ consumers }: { consumers: readonly string[] }) {
  const { t } = useTexts();
  const texts = t.events;
  const [consumer, setConsumer] = useState(consumers[0] ?? '');
  const [from, setFrom] = useState(() => localTime(Date.now() - 60 * minute));
  const [to, setTo] = useState(() => localTime(Date.now() + minute));
  const [correlationId, setCorrelationId] = useState('');
  const [busy, setBusy] = useState(false);

  const replay = async () => {
    setBusy(true);
    try {
      const span = { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
      const replayed = await replayEvents({ consumer, ...span, ...(correlationId.trim() && { correlationId: correlationId.trim() }) });
      showToast('good', texts.replayed(replayed, consumer));
    } catch (error) {
      showToast('bad', t.operations.failed, error instanceof ApiProblem ? error.message : t.errorNoAnswer);
    }
    setBusy(false);
  };
  return (
    <form
      class="event-form"
      onSubmit={(event) => {
        event.preventDefault();
        void replay();
      }}
    >
      <label class="field">
        <span>{texts.consumer}</span>
        <select data-testid="replay-consumer" value={consumer} onChange={(event) => setConsumer(event.currentTarget.value)}>
          {consumers.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <label class="field">
        <span>{texts.from}</span>
        <input type="datetime-local" required value={from} onInput={(event) => setFrom(event.currentTarget.value)} />
      </label>
      <label class="field">
        <span>{texts.to}</span>
        <input type="datetime-local" required min={from} value={to} onInput={(event) => setTo(event.currentTarget.value)} />
      </label>
      <label class="field">
        <span>{texts.onlyRequest}</span>
        <input
          data-testid="replay-correlation"
          value={correlationId}
          maxLength={128}
          placeholder="req_…"
          autoComplete="off"
          onInput={(event) => setCorrelationId(event.currentTarget.value)}
        />
      </label>
      <button class="button" data-testid="replay" disabled={busy}>
        {texts.replay}
      </button>
    </form>
  );
}
