import { ApiProblem } from '@app/api/http/request';
import { useTexts } from '@app/i18n/language';
import { useModuleTexts } from '@app/i18n/moduleTexts';
import { signOut } from '@app/state/session';
import { showToast } from '@app/state/toasts';
import { Failure } from '@app/ui/Failure';
import { useEffect, useState } from 'preact/hooks';
import { Field } from './Field';
import { LanguageField } from './LanguageField';
import { PasswordForm } from './PasswordForm';
import { texts } from './texts';
import { useForm } from './useForm';
import { readProfile, saveProfile, type User } from './users';

export function AccountPage() {
  const { t: app } = useTexts();
  const t = useModuleTexts(texts);
  const [user, setUser] = useState<User | 'none' | 'failed' | null>(null);
  const [tries, setTries] = useState(0);
  useEffect(() => {
    const gone = new AbortController();
    readProfile(gone.signal).then(setUser, (error: unknown) => {
      if (!gone.signal.aborted) setUser(error instanceof ApiProblem && error.status === 404 ? 'none' : 'failed');
    });
    return () => gone.abort();
  }, [tries]);
  if (user === null) return <p class="muted">{app.loading}</p>;
  if (user === 'failed') return <Failure text={app.loadFailed} retry={() => setTries(tries + 1)} />;
  return (
    <>
      {user === 'none' ? (
        <p class="muted">{t.noAccount}</p>
      ) : (
        <>
          <h2>{t.profile}</h2>
          <ProfileForm user={user} />
          <h2>{t.changePassword}</h2>
          <PasswordForm email={user.email} />
        </>
      )}
      <button type="button" class="button is-quiet account-sign-out" data-testid="sign-out" onClick={signOut}>
        {t.signOut}
      </button>
    </>
  );
}

function ProfileForm({ user }: { user: User }) {
  const t = useModuleTexts(texts);
  const [name, setName] = useState(user.name);
  const [language, setLanguage] = useState(user.language);
  const [phone, setPhone] = useState(user.phone ?? '');
  const { busy, problems, submit } = useForm(
    { name: { field: 'name', text: t.badName }, phone: { field: 'phone', text: t.badPhone } },
    t.failed,
  );
  const save = async () => {
    const spaces = /[\s().-]/g; // as people write numbers
    await saveProfile({ name, language, phone: phone.replace(spaces, '') || null });
    showToast('good', t.saved);
  };
  return (
    <form
      class="account-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit(save);
      }}
    >
      <p class="muted">{user.email}</p>
      <Field id="name" label={t.name} value={name} onChange={setName} autoComplete="name" problem={problems.name} />
      <Field
        id="phone"
        type="tel"
        label={t.phone}
        value={phone}
        onChange={setPhone}
        autoComplete="tel"
        hint={t.phoneHint}
        problem={problems.phone}
        optional
      />
      <LanguageField value={language} onChange={setLanguage} />
      <p class="problem" role="alert">
        {problems.form}
      </p>
      <button class="button" data-testid="save-profile" disabled={busy || name === ''}>
        {t.save}
      </button>
    </form>
  );
}
