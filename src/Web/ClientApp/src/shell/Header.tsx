import { chooseLanguage, language, useTexts } from '../i18n/language';
import { currentLink, linksFor } from '../modules/moduleLinks';
import type { ModulePage } from '../modules/modulePage';
import { useObservable } from '../state/Observable';
import { pathOf, routeOf } from '../state/routeOf';
import { operatorRole, rolesOf, session, signOut } from '../state/session';
import { signInAddress, signInWays } from '../state/signInWays';
import { Icon } from '../ui/Icon';
import { Link } from '../ui/Link';
import { ConnectionBadge } from './ConnectionBadge';
import { askToSignIn } from './SignInDialog';

export function Header({ address, modulePages, demoSignIn }: { address: string; modulePages: readonly ModulePage[]; demoSignIn: boolean }) {
  const { t } = useTexts();
  const inLanguage = useObservable(language);
  const signedIn = useObservable(session);
  const isOperator = rolesOf(signedIn).includes(operatorRole);
  const { page } = routeOf(address);
  const links = linksFor(modulePages, signedIn);
  const current = currentLink(links, address);
  return (
    <header class="header">
      <div class="header-row">
        <Link to="/" class="brand" label={t.brand}>
          <svg viewBox="0 0 32 32" aria-hidden="true">
            <rect width="32" height="32" rx="9" class="brand-ground" />
            <circle cx="22" cy="10" r="4" fill="#f2a65a" />
            <path d="M3 25 12 12l6 8 3-4 8 9z" fill="#fbf7ef" />
          </svg>
          <span>{t.brand}</span>
        </Link>
        <nav class="nav">
          <Link to="/" current={page === 'tours' || page === 'tour'}>
            {t.tours}
          </Link>
          <Link to="/bookings" current={page === 'bookings'}>
            {t.myBookings}
          </Link>
          {links.map((link) => (
            <Link key={link.path} to={link.path} current={link === current}>
              {link.title(inLanguage)}
            </Link>
          ))}
          {(page === 'operations' || isOperator) && (
            <Link to="/operations" current={page === 'operations'}>
              {t.operations.title}
            </Link>
          )}
        </nav>
        <div class="header-tools">
          <ConnectionBadge />
          <LanguageSwitch />
          <Account address={address} demoSignIn={demoSignIn} />
        </div>
      </div>
    </header>
  );
}

function LanguageSwitch() {
  const { t } = useTexts();
  const current = useObservable(language);
  return (
    <div class="languages" role="group" aria-label={t.language}>
      {(['en', 'fr'] as const).map((choice) => (
        <button
          type="button"
          key={choice}
          lang={choice}
          aria-pressed={choice === current}
          aria-label={{ en: 'EN, English', fr: 'FR, Français' }[choice]}
          onClick={() => chooseLanguage(choice)}
        >
          {choice.toUpperCase()}
        </button>
      ))}
    </div>
  );
}

function Account({ address, demoSignIn }: { address: string; demoSignIn: boolean }) {
  const { t } = useTexts();
  const signedIn = useObservable(session);
  if (signedIn?.name)
    return (
      <Link to="/account" class="account" current={pathOf(address) === '/account'}>
        <span class="avatar" aria-hidden="true">
          {signedIn.name.slice(0, 1).toUpperCase()}
        </span>
        <span class="account-name">{signedIn.name}</span>
        <span class="visually-hidden">{t.myAccount}</span>
      </Link>
    );
  if (signedIn)
    return (
      <button type="button" class="account" title={t.signOut} onClick={signOut}>
        <span class="avatar" aria-hidden="true">
          {signedIn.userId.slice(0, 1).toUpperCase()}
        </span>
        <span class="account-name">{signedIn.userId}</span>
        <span class="visually-hidden">{t.signOut}</span>
        <Icon name="close" />
      </button>
    );
  if (signInWays().accounts)
    return (
      <Link to={signInAddress('/sign-in', address)} class="account" testId="sign-in" label={t.signIn}>
        <Icon name="user" />
        <span class="account-name">{t.signIn}</span>
      </Link>
    );
  return demoSignIn ? (
    <button type="button" class="account" data-testid="sign-in" aria-label={t.signIn} onClick={() => void askToSignIn()}>
      <Icon name="user" />
      <span class="account-name">{t.signIn}</span>
    </button>
  ) : null;
}
