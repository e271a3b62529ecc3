import { language as shownLanguage } from '@app/i18n/language';
import { useModuleTexts } from '@app/i18n/moduleTexts';
import type { ModulePageProps } from '@app/modules/modulePage';
import { useObservable } from '@app/state/Observable';
import { go } from '@app/state/router';
import { session } from '@app/state/session';
import { returnAddress, signInAddress, signInWays } from '@app/state/signInWays';
import { Link } from '@app/ui/Link';
import { useEffect, useState } from 'preact/hooks';
import { Field } from './Field';
import { LanguageField } from './LanguageField';
import { texts } from './texts';
import { useForm } from './useForm';
import { logIn, signUp } from './users';

/** A new account, in which the visitor is signed in at once. */
export function SignUpPage({ search }: ModulePageProps) {
  const t = useModuleTexts(texts);
  const signedIn = useObservable(session);
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [name, setName] = useState('');
  const [language, setLanguage] = useState<string>(shownLanguage.value);
  const { busy, problems, submit } = useForm(
    {
      bad_email: { field: 'email', text: t.badEmail },
      email_taken: { field: 'email', text: t.taken },
      name: { field: 'name', text: t.badName },
      weak_password: { field: 'password', text: t.weak },
      too_many_requests: { field: 'form', text: t.tooOften },
    },
    t.failed,
  );
  useEffect(() => {
    if (signedIn) go(returnAddress(search));
  }, [signedIn, search]);
  if (signedIn) return null;
  if (!signInWays().accounts) return <p class="muted">{t.elsewhere}</p>;
  return (
    <form
      class="account-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit(async () => {
          await signUp({ email, password, name, language });
          await logIn(email, password);
        });
      }}
    >
      <Field id="name" label={t.name} value={name} onChange={setName} autoComplete="name" problem={problems.name} />
      <Field id="email" type="email" label={t.email} value={email} onChange={setEmail} autoComplete="username" problem={problems.email} />
      <Field
        id="password"
        type="password"
        label={t.password}
        value={password}
        onChange={setPassword}
        autoComplete="new-password"
        hint={t.passwordHint}
        problem={problems.password}
      />
      <LanguageField value={language} onChange={setLanguage} />
      <p class="problem" role="alert">
        {problems.form}
      </p>
      <button class="button" data-testid="sign-up" disabled={busy || name === '' || email === '' || password === ''}>
        {t.signUp}
      </button>
      <p class="muted">
        {t.accountAlready} <Link to={signInAddress('/sign-in')}>{t.signIn}</Link>
      </p>
    </form>
  );
}
