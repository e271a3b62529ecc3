import { modulePage, operatorSection } from '@app/modules/modulePage';
import { AccountPage } from './AccountPage';
import { People } from './People';
import { SignInPage } from './SignInPage';
import { SignUpPage } from './SignUpPage';
import { texts } from './texts';
import './users.css';

export const pages = [
  modulePage({ path: '/sign-in', title: (language) => texts[language].signInTitle, audience: 'everybody', inHeader: false, component: SignInPage }),
  modulePage({ path: '/sign-up', title: (language) => texts[language].signUpTitle, audience: 'everybody', inHeader: false, component: SignUpPage }),
  modulePage({ path: '/account', title: (language) => texts[language].accountTitle, audience: 'signed-in', inHeader: false, component: AccountPage }),
];

export const operatorSections = [operatorSection({ title: (language) => texts[language].peopleTitle, component: People })];
