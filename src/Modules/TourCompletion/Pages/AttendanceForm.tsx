import { ApiProblem } from '@app/api/http/request';
import { useTexts } from '@app/i18n/language';
import { useModuleTexts } from '@app/i18n/moduleTexts';
import { showToast } from '@app/state/toasts';
import { Failure } from '@app/ui/Failure';
import { useEffect, useState } from 'preact/hooks';
import { confirmAttendance, readManifest, type GuidedDeparture, type Party } from './guideCalls';
import { texts } from './texts';

type Word = 'came' | 'noShow' | 'later';

/** The manifest of a departure, where the guide says of each party whether it came. What is decided stays as it is. */
export function AttendanceForm({ departure, begun, onChanged }: { departure: GuidedDeparture; begun: boolean; onChanged: () => void }) {
  const t = useModuleTexts(texts);
  const { t: app } = useTexts();
  const [parties, setParties] = useState<Party[] | 'failed' | null>(null);
  const [words, setWords] = useState<ReadonlyMap<string, Word>>(new Map());
  const [notes, setNotes] = useState('');
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    readManifest(departure).then(setParties, () => setParties('failed'));
  }, []);

  if (parties === 'failed') return <Failure text={t.failed} />;
  if (parties === null) return <p class="muted">{app.loading}</p>;
  const open = parties.filter((party) => party.attendance === null);
  const wordOf = (party: Party): Word => words.get(party.id) ?? 'came';
  const chosen = (word: Word) => open.filter((party) => wordOf(party) === word).map((party) => party.id);

  const confirm = async () => {
    setBusy(true);
    try {
      const { completed, noShows, skipped } = await confirmAttendance(departure.tourId, chosen('came'), chosen('noShow'), notes);
      showToast('good', t.confirmed(completed.length, noShows.length), skipped.length > 0 ? t.skipped(skipped.length) : undefined);
      onChanged();
    } catch (error) {
      showToast('bad', t.didNotWork, error instanceof ApiProblem ? error.message : app.errorNoAnswer);
      setBusy(false);
    }
  };
  return (
    <form
      class="manifest"
      onSubmit={(event) => {
        event.preventDefault();
        void confirm();
      }}
    >
      <ul>
        {parties.map((party) => (
          <li key={party.id} class="manifest-party" data-booking={party.id}>
            <span class="manifest-name">
              <strong>{party.userName}</strong> <span class="muted">{t.people(party.participants)}</span>
            </span>
            {party.attendance !== null ? (
              <span class={`status is-${party.status}`}>{app.status[party.status]}</span>
            ) : (
              begun && <WordChoice party={party} word={wordOf(party)} onChoose={(word) => setWords(new Map(words).set(party.id, word))} />
            )}
          </li>
        ))}
      </ul>
      {begun && open.length > 0 && (
        <>
          <label class="field">
            <span>{t.notes}</span>
            <textarea maxLength={2000} value={notes} onInput={(event) => setNotes(event.currentTarget.value)} />
          </label>
          <button class="button" data-testid="confirm-attendance" disabled={busy || chosen('later').length === open.length}>
            {t.confirm}
          </button>
        </>
      )}
    </form>
  );
}

function WordChoice({ party, word, onChoose }: { party: Party; word: Word; onChoose: (word: Word) => void }) {
  const t = useModuleTexts(texts);
  return (
    <fieldset class="manifest-word">
      <legend class="visually-hidden">{t.attendanceOf(party.userName)}</legend>
      {(['came', 'noShow', 'later'] as const).map((choice) => (
        <label key={choice} class={choice === word ? 'is-chosen' : ''}>
          <input type="radio" name={`word-${party.id}`} checked={choice === word} onChange={() => onChoose(choice)} />
          {t[choice]}
        </label>
      ))}
    </fieldset>
  );
}
