import { useTexts } from '../i18n/language';
import { Link } from './Link';

/** Where a page could not be shown: what happened, and the way on. */
export function Failure({ text, hint, retry }: { text: string; hint?: string; retry?: () => void }) {
  const { t } = useTexts();
  return (
    <div class="empty" role="alert">
      <p class="empty-title">{text}</p>
      {hint && <p class="muted">{hint}</p>}
      {retry ? (
        <button type="button" class="button is-quiet" onClick={retry}>
          {t.retry}
        </button>
      ) : (
        <Link to="/" class="button is-quiet">
          {t.allTours}
        </Link>
      )}
    </div>
  );
}
