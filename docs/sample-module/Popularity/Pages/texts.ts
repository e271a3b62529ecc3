import { moduleTexts } from '@app/i18n/moduleTexts';

export const texts = moduleTexts({
  en: { title: 'How popular it is', sold: (seats: number) => `${seats} seats sold so far`, failed: 'This could not be loaded.' },
  fr: { title: 'Sa popularité', sold: (seats) => `${seats} places vendues à ce jour`, failed: 'Le chargement a échoué.' },
});
