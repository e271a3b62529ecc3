import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiProblem } from '../api/http/request';
import { joinWaitingList, leaveWaitingList, listWaitingList, type WaitingListEntry } from '../api/waitingList';
import { texts } from '../i18n/language';
import { alerts, hubState } from '../live/live';
import { usePollWhileAway } from '../live/useLive';
import { useObservable } from '../state/Observable';
import { currentToken, session } from '../state/session';
import { showToast } from '../state/toasts';

const longestTimer = 0x7fffffff;

export type OwnWaitingList = ReturnType<typeof useWaitingList>;

/** Where the visitor waits on this tour. The hub tells all watchers that somebody's seats are held; whose, only asking says. */
export function useWaitingList(tourId: string) {
  const token = useObservable(session)?.token;
  const [entries, setEntries] = useState<WaitingListEntry[]>([]);
  const latest = useRef(entries);
  const [problem, setProblem] = useState('');

  const reload = async () => {
    try {
      const now = currentToken() ? await listWaitingList(tourId) : [];
      // Said once, to whoever was on the page while waiting.
      if (now.some((entry) => entry.offerExpiresAt && latest.current.some((before) => before.date === entry.date && !before.offerExpiresAt)))
        showToast('good', texts().offerMade);
      setEntries((latest.current = now));
    } catch (error) {
      console.warn('the waiting list could not be read', String(error));
    }
  };
  useEffect(() => {
    void reload();
    const ends = [
      alerts.subscribe((alert) => alert.tourId === tourId && void reload()),
      hubState.subscribe((state) => state === 'live' && void reload()),
    ];
    return () => ends.forEach((end) => end());
  }, [tourId, token]);
  usePollWhileAway(() => void reload());
  // When an offer runs out, the next look shows it gone.
  const firstEnd = Math.min(...entries.flatMap(({ offerExpiresAt }) => (offerExpiresAt ? [Date.parse(offerExpiresAt)] : [])));
  useEffect(() => {
    if (!Number.isFinite(firstEnd)) return;
    const timer = setTimeout(() => void reload(), Math.min(Math.max(0, firstEnd - Date.now()) + 500, longestTimer));
    return () => clearTimeout(timer);
  }, [firstEnd]);

  const change = async (ask: () => Promise<unknown>) => {
    setProblem('');
    try {
      await ask();
    } catch (error) {
      const t = texts();
      setProblem(error instanceof ApiProblem && error.status < 500 ? (t.problems[error.code] ?? error.message) : t.errorNoAnswer);
    }
    await reload();
  };
  const join = (date: string, participants: number) => change(() => joinWaitingList(tourId, date, participants));
  const leave = (date: string) => change(() => leaveWaitingList(tourId, date));
  const of = (date: string) => entries.find((entry) => Date.parse(entry.date) === Date.parse(date));
  return { of, join, leave, problem, reload: () => void reload() };
}
