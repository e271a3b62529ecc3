import { useModuleTexts } from '@app/i18n/moduleTexts';
import { showToast } from '@app/state/toasts';
import { useState } from 'preact/hooks';
import { Field } from './Field';
import { texts } from './texts';
import { useForm } from './useForm';
import { changePassword } from './users';

/** @param email For password managers, which keep passwords by it. */
export function PasswordForm({ email }: { email: string }) {
  const t = useModuleTexts(texts);
  const [current, setCurrent] = useState('');
  const [wanted, setWanted] = useState('');
  const { busy, problems, submit } = useForm(
    {
      bad_credentials: { field: 'current', text: t.wrongCurrent },
      weak_password: { field: 'new', text: t.weak },
      too_many_requests: { field: 'form', text: t.tooOften },
    },
    t.failed,
  );
  const change = async () => {
    await changePassword(current, wanted);
    showToast('good', t.passwordChanged, t.passwordChangedText);
  };
  return (
    <form
      class="account-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit(change);
      }}
    >
      <input type="email" value={email} autoComplete="username" readOnly hidden />
      <Field
        id="current"
        type="password"
        label={t.currentPassword}
        value={current}
        onChange={setCurrent}
        autoComplete="current-password"
        problem={problems.current}
      />
      <Field
        id="new"
        type="password"
        label={t.newPassword}
        value={wanted}
        onChange={setWanted}
        autoComplete="new-password"
        hint={t.passwordHint}
        problem={problems.new}
      />
      <p class="problem" role="alert">
        {problems.form}
      </p>
      <button class="button" data-testid="change-password" disabled={busy || current === '' || wanted === ''}>
        {t.changePassword}
      </button>
    </form>
  );
}
