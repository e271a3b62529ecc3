import { useTexts } from '../i18n/language';
import { useObservable } from '../state/Observable';
import { closeToast, toasts } from '../state/toasts';
import { Icon } from '../ui/Icon';

export function Toasts() {
  const { t } = useTexts();
  return (
    <div class="toasts" role="status" aria-live="polite">
      {useObservable(toasts).map((toast) => (
        <div key={toast.id} class={`toast is-${toast.tone}`}>
          <div>
            <strong>{toast.title}</strong>
            {toast.text && <p>{toast.text}</p>}
          </div>
          <button type="button" aria-label={t.close} onClick={() => closeToast(toast.id)}>
            <Icon name="close" />
          </button>
        </div>
      ))}
    </div>
  );
}
