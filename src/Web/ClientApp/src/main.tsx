import { render } from 'preact';
import { loadConfig } from './api/config';
import { App } from './App';
import { startLanguage, texts } from './i18n/language';
import { startLive } from './live/live';
import { showBookingUpdates } from './live/showBookingUpdates';
import { readModulePages } from './modules';
import { sessionEnded } from './state/session';
import { chooseSignInWays } from './state/signInWays';
import { showToast } from './state/toasts';
import { Failure } from './ui/Failure';
import './styles/base.css';
import './styles/controls.css';
import './styles/header.css';
import './styles/list.css';
import './styles/tour.css';
import './styles/departures.css';
import './styles/bookingForm.css';
import './styles/bookings.css';
import './styles/rating.css';
import './styles/operations.css';
import './styles/suppliers.css';
import './styles/events.css';
import './styles/modulePage.css';
import './styles/overlays.css';

const root = document.getElementById('app')!;

async function start(): Promise<void> {
  startLanguage();
  try {
    const config = await loadConfig();
    chooseSignInWays({ demo: config.demoSignIn, accounts: config.accounts });
    sessionEnded.subscribe(() => showToast('warning', texts().sessionEnded, texts().errorSignedOut));
    startLive(config);
    showBookingUpdates();
    render(<App config={config} modules={readModulePages()} />, root);
  } catch (error) {
    console.error('the pages could not start', error);
    render(<Failure text={texts().loadFailed} retry={() => location.reload()} />, root);
  }
}

void start();
