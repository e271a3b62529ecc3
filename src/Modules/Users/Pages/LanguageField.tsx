import { languages } from '@app/i18n/language';
import { useModuleTexts } from '@app/i18n/moduleTexts';
import { texts } from './texts';

/** The language of messages. One that these pages do not speak stays in the list of whoever has it. */
export function LanguageField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const t = useModuleTexts(texts);
  const offered = (languages as readonly string[]).includes(value) ? languages : [...languages, value];
  return (
    <label class="field">
      <span>{t.language}</span>
      <select data-testid="language" value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {offered.map((code) => (
          <option key={code} value={code}>
            {t.languages[code] ?? code}
          </option>
        ))}
      </select>
    </label>
  );
}
