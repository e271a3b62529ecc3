import { useState } from 'preact/hooks';
import { listEvents, type LoggedEvent, type LoggedEvents } from '../api/events';
import { ApiProblem } from '../api/http/request';
import { useTexts } from '../i18n/language';

/** The story of one booking or one request, oldest first. */
export function EventLog() {
  const { t } = useTexts();
  const texts = t.events;
  const [wanted, setWanted] = useState('');
  const [story, setStory] = useState<(LoggedEvents & { of: string }) | null>(null);
  const [problem, setProblem] = useState('');

  const load = async (of: string, cursor: string | null) => {
    setProblem('');
    try {
      const page = await listEvents(of, cursor);
      setStory((before) => ({ of, cursor: page.cursor, events: cursor && before?.of === of ? [...before.events, ...page.events] : page.events }));
    } catch (error) {
      setProblem(error instanceof ApiProblem ? error.message : t.errorNoAnswer);
    }
  };
  const look = (of: string) => {
    setWanted(of);
    if (of) void load(of, null);
  };
  return (
    <>
      <form
        class="event-form is-search"
        onSubmit={(event) => {
          event.preventDefault();
          look(wanted.trim());
        }}
      >
        <label class="field">
          <span>{texts.of}</span>
          <input
            data-testid="events-of"
            value={wanted}
            maxLength={128}
            placeholder="bkg_… / req_…"
            autoComplete="off"
            onInput={(event) => setWanted(event.currentTarget.value)}
          />
        </label>
        <button class="button" data-testid="show-events" disabled={wanted.trim() === ''}>
          {texts.show}
        </button>
      </form>
      <p class="problem" role="alert">
        {problem}
      </p>
      {story?.events.length === 0 && <p class="muted">{texts.none}</p>}
      <ol class="events">
        {story?.events.map((event) => (
          <EventItem
            key={event.eventId}
            event={event}
            onFollow={event.correlationId && event.correlationId !== story.of ? () => look(event.correlationId!) : undefined}
          />
        ))}
      </ol>
      {story?.cursor && (
        <button type="button" class="button is-quiet list-more" onClick={() => void load(story.of, story.cursor!)}>
          {t.suppliers.more}
        </button>
      )}
    </>
  );
}

function EventItem({ event, onFollow }: { event: LoggedEvent; onFollow: (() => void) | undefined }) {
  const { t } = useTexts();
  const when = new Intl.DateTimeFormat(t.locale, { dateStyle: 'short', timeStyle: 'medium' }).format(new Date(event.timestamp));
  return (
    <li data-event={event.eventType}>
      <details>
        <summary>
          <strong>{event.eventType}</strong>
          <span class="muted">{[when, event.source].filter((fact) => fact).join(' · ')}</span>
        </summary>
        <p class="muted letter-facts">{event.eventId}</p>
        {onFollow && (
          <button type="button" class="link-button" onClick={onFollow}>
            {t.events.sameRequest}
          </button>
        )}
        <pre>{JSON.stringify(event.data, null, 2)}</pre>
      </details>
    </li>
  );
}
