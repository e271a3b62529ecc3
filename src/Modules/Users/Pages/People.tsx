import { useTexts } from '@app/i18n/language';
import { useModuleTexts } from '@app/i18n/moduleTexts';
import { showToast } from '@app/state/toasts';
import { useEffect, useState } from 'preact/hooks';
import { Field } from './Field';
import { texts } from './texts';
import { explain, useForm } from './useForm';
import { findUsers, setRoles, type User } from './users';

const allRoles = ['guide', 'operator'];

/** Operators find somebody by e-mail address and say what the account may do. */
export function People() {
  const { t: app } = useTexts();
  const t = useModuleTexts(texts);
  const [email, setEmail] = useState('');
  const [found, setFound] = useState<readonly User[] | null>(null);
  const { busy, problems, submit } = useForm({ bad_email: { field: 'person', text: t.badEmail } }, t.failed);
  const find = () => submit(async () => setFound(await findUsers(email.trim())));
  useEffect(() => void find(), []);
  return (
    <>
      <form
        class="people-search"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void find();
        }}
      >
        <Field
          id="person"
          type="email"
          label={t.email}
          value={email}
          onChange={setEmail}
          autoComplete="off"
          hint={t.findHint}
          problem={problems.person ?? problems.form}
          optional
        />
        <button class="button is-quiet" data-testid="find-person" disabled={busy}>
          {t.find}
        </button>
      </form>
      {found === null && <p class="muted">{busy ? app.loading : app.loadFailed}</p>}
      {found?.length === 0 && <p class="muted">{t.nobody}</p>}
      <ul class="people">
        {found?.map((user) => (
          <Person key={`${user.id} ${user.roles.join()}`} user={user} />
        ))}
      </ul>
    </>
  );
}

function Person({ user }: { user: User }) {
  const t = useModuleTexts(texts);
  const [kept, setKept] = useState(user.roles);
  const [roles, choose] = useState(user.roles);
  const [problem, setProblem] = useState('');
  const changed = allRoles.some((role) => roles.includes(role) !== kept.includes(role));
  const save = async () => {
    setProblem('');
    try {
      setKept((await setRoles(user.id, roles)).roles);
      showToast('good', t.saved, user.name);
    } catch (error) {
      setProblem(explain(error, { last_operator: { field: 'form', text: t.lastOperator } }, t.failed).form ?? t.failed);
    }
  };
  return (
    <li data-person={user.email}>
      <div class="person-name">
        <strong>{user.name}</strong>
        <span class="muted">{user.email}</span>
      </div>
      <fieldset>
        <legend class="visually-hidden">{t.rolesOf(user.name)}</legend>
        {allRoles.map((role) => (
          <label key={role} class="check">
            <input
              type="checkbox"
              data-role={role}
              checked={roles.includes(role)}
              onInput={(event) => choose(event.currentTarget.checked ? [...roles, role] : roles.filter((other) => other !== role))}
            />
            <span>{t.roles[role]}</span>
          </label>
        ))}
      </fieldset>
      <button type="button" class="button is-quiet" aria-label={t.saveRolesOf(user.name)} disabled={!changed} onClick={() => void save()}>
        {t.save}
      </button>
      <p class="problem" role="alert">
        {problem}
      </p>
    </li>
  );
}
