import { useEffect, useRef, useState } from 'preact/hooks';
import { requestDevToken } from '../api/devToken';
import { useTexts } from '../i18n/language';
import { Observable, useObservable } from '../state/Observable';
import { go } from '../state/router';
import { guideRole, operatorRole, signIn } from '../state/session';
import { signInAddress, signInWays } from '../state/signInWays';
import { Icon } from '../ui/Icon';

/** Set while the dialog is open; answered with whether somebody signed in. */
const asked = new Observable<Question | null>(null);

interface Question {
  asOperator: boolean;
  answer: (signedIn: boolean) => void;
}

/**
 * In a demo by a dialog on this page; else on the page of sign-in, which leads back here: then nobody has signed in yet.
 * @param asOperator What the dialog suggests; whoever signs in decides.
 */
export function askToSignIn(asOperator = false): Promise<boolean> {
  if (!signInWays().demo) {
    go(signInAddress());
    return Promise.resolve(false);
  }
  asked.value?.answer(false);
  return new Promise((resolve) => asked.set({ asOperator, answer: resolve }));
}

/** Members of the sample data, and who leads and who runs its tours. */
const suggestions: readonly { name: string; role?: string }[] = [
  { name: 'amelie' }, { name: 'ben' }, { name: 'chiara' }, { name: 'gil', role: guideRole }, { name: 'olga', role: operatorRole },
];

export function SignInDialog() {
  const question = useObservable(asked);
  return question ? <OpenDialog {...question} /> : null;
}

function OpenDialog({ asOperator, answer }: Question) {
  const { t } = useTexts();
  const dialog = useRef<HTMLDialogElement>(null);
  const [name, setName] = useState('');
  const [operator, setOperator] = useState(asOperator);
  const [guide, setGuide] = useState(false);
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  useEffect(() => dialog.current?.showModal(), []);

  const close = (signedIn: boolean) => {
    asked.set(null);
    answer(signedIn);
  };
  const chosen = [...(operator ? [operatorRole] : []), ...(guide ? [guideRole] : [])];
  const submit = async (userId: string, roles: readonly string[]) => {
    if (busy) return;
    if (!/^[\p{L}\p{N}._@-]{1,60}$/u.test(userId)) return setProblem(t.nameRule);
    setBusy(true);
    setProblem('');
    try {
      signIn({ userId, token: await requestDevToken(userId, roles) });
      close(true);
    } catch (error) {
      console.warn('sign-in failed', String(error));
      setProblem(t.signInFailed);
      setBusy(false);
    }
  };
  const toAccount = () => {
    close(false);
    go(signInAddress());
  };
  return (
    <dialog ref={dialog} class="sign-in" aria-labelledby="sign-in-title" onCancel={() => close(false)}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit(name.trim(), chosen);
        }}
      >
        <button type="button" class="plain-icon sign-in-close" aria-label={t.close} onClick={() => close(false)}>
          <Icon name="close" />
        </button>
        <h2 id="sign-in-title">{t.signInTitle}</h2>
        <p class="muted">{t.signInText}</p>
        <div class="suggestions">
          {suggestions.map(({ name: member, role }) => (
            <button type="button" key={member} class="chip" disabled={busy} onClick={() => void submit(member, role ? [role] : chosen)}>
              {role ? `${member} · ${role}` : member}
            </button>
          ))}
        </div>
        <label class="field">
          <span>{t.yourName}</span>
          <input
            data-testid="sign-in-name"
            value={name}
            onInput={(event) => setName(event.currentTarget.value)}
            maxLength={60}
            autoComplete="username"
            autoCapitalize="none"
            aria-invalid={problem !== ''}
            aria-describedby="sign-in-problem"
          />
        </label>
        <label class="check">
          <input type="checkbox" data-testid="sign-in-operator" checked={operator} onInput={(event) => setOperator(event.currentTarget.checked)} />
          <span>{t.signInAsOperator}</span>
        </label>
        <label class="check">
          <input type="checkbox" data-testid="sign-in-guide" checked={guide} onInput={(event) => setGuide(event.currentTarget.checked)} />
          <span>{t.signInAsGuide}</span>
        </label>
        <p id="sign-in-problem" class="problem" role="alert">
          {problem}
        </p>
        <button class="button" data-testid="sign-in-submit" disabled={busy || name.trim() === ''}>
          {t.signIn}
        </button>
        {signInWays().accounts && (
          <button type="button" class="link-button" onClick={toAccount}>
            {t.signInWithAccount}
          </button>
        )}
      </form>
    </dialog>
  );
}
