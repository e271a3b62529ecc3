import { useEffect } from 'preact/hooks';
import { language, useTexts } from '../i18n/language';
import { maySee, rolesIn } from '../modules/moduleLinks';
import type { Audience, ModulePage, ModulePageProps } from '../modules/modulePage';
import { askToSignIn } from '../shell/SignInDialog';
import { useObservable } from '../state/Observable';
import { operatorRole, session } from '../state/session';
import { canSignIn } from '../state/signInWays';

/** A module's page with its heading; whoever it is not for is asked to sign in. */
export function ModulePageFrame({ page, path, ...props }: { page: ModulePage; path: string } & ModulePageProps) {
  const { t } = useTexts();
  const signedIn = useObservable(session);
  const title = page.title(useObservable(language));
  const Component = page.component;
  useEffect(() => void (document.title = `${title} · ${t.brand}`), [title, t]);
  return (
    <section class="module-page">
      <h1>{title}</h1>
      {maySee(page.audience, signedIn) ? (
        <Component key={`${signedIn?.token} ${path}`} {...props} />
      ) : (
        <NotForThisVisitor audience={page.audience} isSignedIn={signedIn !== null} />
      )}
    </section>
  );
}

function NotForThisVisitor({ audience, isSignedIn }: { audience: Audience; isSignedIn: boolean }) {
  const { t } = useTexts();
  const asOperator = rolesIn(audience).includes(operatorRole);
  return (
    <div class="empty">
      <p class="empty-title">{isSignedIn ? t.pageNeedsRole : t.pageNeedsSignIn}</p>
      {canSignIn() && (
        <button type="button" class="button" data-testid="page-sign-in" onClick={() => void askToSignIn(asOperator)}>
          {asOperator ? t.operations.signIn : t.signIn}
        </button>
      )}
    </div>
  );
}
