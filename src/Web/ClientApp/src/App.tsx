import type { PagesConfig } from './api/config';
import { useTexts } from './i18n/language';
import { findModulePage, type ModulePages } from './modules/collectModulePages';
import { ModulePageFrame } from './pages/ModulePageFrame';
import { MyBookings } from './pages/MyBookings';
import { Operations } from './pages/Operations';
import { TourList } from './pages/TourList';
import { TourPage } from './pages/TourPage';
import { Header } from './shell/Header';
import { SignInDialog } from './shell/SignInDialog';
import { Toasts } from './shell/Toasts';
import { useObservable } from './state/Observable';
import { address } from './state/router';
import { pathOf, routeOf } from './state/routeOf';
import { Failure } from './ui/Failure';

export function App({ config, modules }: { config: PagesConfig; modules: ModulePages }) {
  const { t } = useTexts();
  const here = useObservable(address);
  return (
    <>
      <a class="skip-link" href="#main">
        {t.skipToContent}
      </a>
      <Header address={here} modulePages={modules.pages} demoSignIn={config.demoSignIn} />
      <main id="main" tabIndex={-1}>
        <Page here={here} modules={modules} demoSignIn={config.demoSignIn} />
      </main>
      <footer class="footer">{t.footer}</footer>
      <Toasts />
      {config.demoSignIn && <SignInDialog />}
    </>
  );
}

function Page({ here, modules, demoSignIn }: { here: string; modules: ModulePages; demoSignIn: boolean }) {
  const search = here.split('?')[1] ?? '';
  const route = routeOf(here);
  switch (route.page) {
    case 'tours':
      return <TourList search={search} />;
    case 'tour':
      return <TourPage tourId={route.tourId} demoSignIn={demoSignIn} />;
    case 'bookings':
      return <MyBookings />;
    case 'operations':
      return <Operations moduleSections={modules.operatorSections} />;
    case 'unknown':
      return <ModulePageOrNone here={here} search={search} modules={modules} demoSignIn={demoSignIn} />;
  }
}

function ModulePageOrNone({ here, modules, ...props }: { here: string; search: string; modules: ModulePages; demoSignIn: boolean }) {
  const { t } = useTexts();
  const found = findModulePage(modules.pages, here);
  return found ? <ModulePageFrame {...found} path={pathOf(here)} {...props} /> : <Failure text={t.notFound} />;
}
