import { useEffect, useRef } from 'preact/hooks';
import { useTexts } from '../i18n/language';
import { Icon } from './Icon';

/** A whole number to type, or to step with two thumb-sized buttons. */
export function Stepper(props: { label: string; value: number; min: number; max: number; onChange: (value: number) => void; testId?: string }) {
  const { t } = useTexts();
  const { value, min, max } = props;
  const set = (next: number) => props.onChange(Math.max(min, Math.min(max, next)));
  const input = useRef<HTMLInputElement>(null);
  // A field left empty, or with more than there is, shows the number that counts.
  const tidy = () => input.current && (input.current.value = String(value));
  useEffect(() => {
    if (document.activeElement !== input.current) tidy();
  }, [value]);
  return (
    <div class="stepper" role="group" aria-label={props.label}>
      <button type="button" aria-label={t.fewer} disabled={value <= min} onClick={() => set(value - 1)}>
        <Icon name="minus" />
      </button>
      <input
        ref={input}
        type="text"
        inputMode="numeric"
        autoComplete="off"
        maxLength={3}
        aria-label={props.label}
        data-testid={props.testId}
        defaultValue={String(value)}
        onInput={(event) => /^\d+$/.test(event.currentTarget.value) && set(Number(event.currentTarget.value))}
        onBlur={tidy}
      />
      <button type="button" aria-label={t.more} disabled={value >= max} onClick={() => set(value + 1)}>
        <Icon name="plus" />
      </button>
    </div>
  );
}
