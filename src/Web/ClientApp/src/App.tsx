import type { PagesConfig } from './api/config';
import { useTexts } from './i18n/language';
import { MyBookings } from './pages/MyBookings';
import { Operations } from './pages/Operations';
import { TourList } from './pages/TourList';
import { TourPage } from './pages/TourPage';
import { Header } from './shell/Header';
import { SignInDialog } from './shell/SignInDialog';
import { Toasts } from './shell/Toasts';
import { useObservable } from './state/Observable';
import { address, routeOf, type Route } from './state/router';
import { Failure } from './ui/Failure';

export function App({ config }: { config: PagesConfig }) {
  const { t } = useTexts();
  const here = useObservable(address);
  const route = routeOf(here);
  return (
    <>
      <a class="skip-link" href="#main">
        {t.skipToContent}
      </a>
      <Header page={route.page} demoSignIn={config.demoSignIn} />
      <main id="main" tabIndex={-1}>
        <Page route={route} search={here.split('?')[1] ?? ''} demoSignIn={config.demoSignIn} />
      </main>
      <footer class="footer">{t.footer}</footer>
      <Toasts />
      {config.demoSignIn && <SignInDialog />}
    </>
  );
}

function Page({ route, search, demoSignIn }: { route: Route; search: string; demoSignIn: boolean }) {
  const { t } = useTexts();
  switch (route.page) {
    case 'tours':
      return <TourList search={search} />;
    case 'tour':
      return <TourPage tourId={route.tourId} demoSignIn={demoSignIn} />;
    case 'bookings':
      return <MyBookings demoSignIn={demoSignIn} />;
    case 'operations':
      return <Operations demoSignIn={demoSignIn} />;
    case 'unknown':
      return <Failure text={t.notFound} />;
  }
}
