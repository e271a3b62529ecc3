import { useModuleTexts } from '@app/i18n/moduleTexts';
import { useState } from 'preact/hooks';
import { texts } from './texts';

interface Props {
  /** The server's name of it, which is also its id. */
  id: string;
  label: string;
  value: string;
  onChange: (value: string) => void;
  /** What browsers and password managers fill in. */
  autoComplete: string;
  type?: 'text' | 'email' | 'tel' | 'password';
  hint?: string;
  /** Empty while the value will do. */
  problem?: string;
  optional?: boolean;
}

/** One input with its label, its hint, and what is wrong with it. A password can be shown. */
export function Field({ id, label, value, onChange, autoComplete, type = 'text', hint, problem = '', optional = false }: Props) {
  const t = useModuleTexts(texts);
  const [shown, setShown] = useState(false);
  return (
    <div class="field account-field">
      <label for={id}>{label}</label>
      <div class="account-input">
        <input
          id={id}
          data-testid={id}
          type={(type === 'password' && shown ? 'text' : type) as 'text'} // the attributes below fit all of them
          value={value}
          onInput={(event) => onChange(event.currentTarget.value)}
          autoComplete={autoComplete}
          autoCapitalize={type === 'text' ? 'words' : 'none'}
          maxLength={256}
          required={!optional}
          aria-invalid={problem !== ''}
          aria-describedby={`${id}-hint ${id}-problem`}
        />
        {type === 'password' && (
          <button type="button" class="link-button" aria-pressed={shown} aria-controls={id} onClick={() => setShown(!shown)}>
            {shown ? t.hide : t.show}
          </button>
        )}
      </div>
      <p id={`${id}-hint`} class="account-hint">
        {hint}
      </p>
      <p id={`${id}-problem`} class="problem" role="alert">
        {problem}
      </p>
    </div>
  );
}
