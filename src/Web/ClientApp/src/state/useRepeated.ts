import { useEffect, useState } from 'preact/hooks';

/** What `ask` answers, asked again and again while the page is on screen. `stale`: the last question failed. */
export function useRepeated<T>(ask: (signal: AbortSignal) => Promise<T>, everyMs: number, what: string) {
  const [value, setValue] = useState<T | null>(null);
  const [stale, setStale] = useState(false);
  useEffect(() => {
    const end = new AbortController();
    let timer = 0;
    const again = async () => {
      try {
        if (!document.hidden) {
          setValue(await ask(end.signal));
          setStale(false);
        }
      } catch (error) {
        if (end.signal.aborted) return;
        console.warn(`${what} could not be read`, String(error));
        setStale(true);
      }
      // After the answer, not beside it: a slow server is not asked twice at once.
      if (!end.signal.aborted) timer = window.setTimeout(() => void again(), everyMs);
    };
    void again();
    return () => {
      end.abort();
      clearTimeout(timer);
    };
  }, []);
  return { value, setValue, stale };
}
