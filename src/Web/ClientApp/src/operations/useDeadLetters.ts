import { useEffect, useState } from 'preact/hooks';
import { ApiProblem } from '../api/http/request';
import { deleteDeadLetter, listDeadLetters, requeueDeadLetters, type DeadLetterPage } from '../api/operations';
import { texts } from '../i18n/language';
import { showToast } from '../state/toasts';

/** @param count How many there are by the live figures: another number means to look again. */
export function useDeadLetters(consumer: string, count: number | null) {
  const [page, setPage] = useState<DeadLetterPage | null>(null);
  const [failed, setFailed] = useState(false);
  const [busy, setBusy] = useState(false);

  const load = async (signal?: AbortSignal) => {
    try {
      setPage(await listDeadLetters(consumer, signal));
      setFailed(false);
    } catch (error) {
      if (signal?.aborted) return;
      console.warn('the dead letters could not be read', String(error));
      setFailed(true);
    }
  };
  useEffect(() => {
    const end = new AbortController();
    void load(end.signal);
    return () => end.abort();
  }, [consumer, count]);

  const act = async (action: () => Promise<string>) => {
    if (busy) return;
    setBusy(true);
    try {
      showToast('good', await action());
    } catch (error) {
      const t = texts().operations;
      const gone = error instanceof ApiProblem && error.code === 'no_such_dead_letter';
      showToast('bad', t.failed, gone ? t.gone : error instanceof ApiProblem ? error.message : undefined);
    }
    await load();
    setBusy(false);
  };
  return {
    page: page?.consumer === consumer ? page : null,
    failed,
    busy,
    reload: () => void load(),
    requeue: (id: string | null) => void act(async () => texts().operations.requeued(await requeueDeadLetters(consumer, id))),
    remove: (id: string) =>
      void act(async () => {
        await deleteDeadLetter(consumer, id);
        return texts().operations.removed;
      }),
  };
}
