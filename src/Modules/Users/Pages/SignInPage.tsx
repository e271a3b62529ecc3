import { useModuleTexts } from '@app/i18n/moduleTexts';
import type { ModulePageProps } from '@app/modules/modulePage';
import { askToSignIn } from '@app/shell/SignInDialog';
import { useObservable } from '@app/state/Observable';
import { go } from '@app/state/router';
import { session } from '@app/state/session';
import { returnAddress, signInAddress, signInWays } from '@app/state/signInWays';
import { Link } from '@app/ui/Link';
import { useEffect, useState } from 'preact/hooks';
import { Field } from './Field';
import { texts } from './texts';
import { useForm } from './useForm';
import { logIn } from './users';

export function SignInPage({ search }: ModulePageProps) {
  const t = useModuleTexts(texts);
  const signedIn = useObservable(session);
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const { busy, problems, submit } = useForm(
    {
      bad_credentials: { field: 'password', text: t.wrongLogin },
      email: { field: 'email', text: t.badEmail },
      too_many_requests: { field: 'form', text: t.tooOften },
    },
    t.failed,
  );
  // However the visitor signed in: here, or by the demo's dialog.
  useEffect(() => {
    if (signedIn) go(returnAddress(search));
  }, [signedIn, search]);
  if (signedIn) return null;
  return (
    <>
      {signInWays().accounts ? (
        <form
          class="account-form"
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            void submit(() => logIn(email, password));
          }}
        >
          <Field id="email" type="email" label={t.email} value={email} onChange={setEmail} autoComplete="username" problem={problems.email} />
          <Field
            id="password"
            type="password"
            label={t.password}
            value={password}
            onChange={setPassword}
            autoComplete="current-password"
            problem={problems.password}
          />
          <p class="problem" role="alert">
            {problems.form}
          </p>
          <button class="button" data-testid="log-in" disabled={busy || email === '' || password === ''}>
            {t.signIn}
          </button>
          <p class="muted">
            {t.noAccountYet} <Link to={signInAddress('/sign-up')}>{t.signUpTitle}</Link>
          </p>
        </form>
      ) : (
        <p class="muted">{t.elsewhere}</p>
      )}
      {signInWays().demo && (
        <button type="button" class="link-button" data-testid="demo-sign-in" onClick={() => void askToSignIn()}>
          {t.demo}
        </button>
      )}
    </>
  );
}
