import { ApiProblem } from '@app/api/http/request';
import { useState } from 'preact/hooks';
import { fieldOf } from './users';

/** What is wrong, by the id of the field it stands at; `form` for what belongs to none. */
export type Problems = Readonly<Record<string, string>>;

/** The texts of a form by the server's codes; of `bad_body` by the field it names. */
export type Explanations = Readonly<Record<string, { field: string; text: string }>>;

/** Sends a form once at a time, and says at each field what the server refuses. */
export function useForm(explanations: Explanations, failed: string) {
  const [busy, setBusy] = useState(false);
  const [problems, setProblems] = useState<Problems>({});
  const submit = async (send: () => Promise<void>) => {
    if (busy) return;
    setBusy(true);
    setProblems({});
    try {
      await send();
    } catch (error) {
      setProblems(explain(error, explanations, failed));
    } finally {
      setBusy(false);
    }
  };
  return { busy, problems, submit };
}

export function explain(error: unknown, explanations: Explanations, failed: string): Problems {
  if (!(error instanceof ApiProblem)) return { form: failed };
  const found = explanations[error.code === 'bad_body' ? fieldOf(error) : error.code];
  return found ? { [found.field]: found.text } : { form: failed };
}
