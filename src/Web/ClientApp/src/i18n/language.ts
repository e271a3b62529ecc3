import { Observable, useObservable } from '../state/Observable';
import { en, type Texts } from './en';
import { formatDate, formatDuration, formatPrice } from './format';
import { fr } from './fr';

export const languages = ['en', 'fr'] as const;
export type Language = (typeof languages)[number];

const storageKey = 'realtime-tours.language';
const textsOf: Record<Language, Texts> = { en, fr };

export function pickLanguage(preferred: readonly string[]): Language {
  for (const tag of preferred) {
    const language = tag.slice(0, 2).toLowerCase();
    if (language === 'en' || language === 'fr') return language;
  }
  return 'en';
}

export const language = new Observable<Language>('en');

/** What the visitor chose earlier, or else what the browser asks for. */
export function startLanguage(): void {
  const chosen = localStorage.getItem(storageKey);
  show(chosen === 'en' || chosen === 'fr' ? chosen : pickLanguage(navigator.languages));
}

export function chooseLanguage(chosen: Language): void {
  localStorage.setItem(storageKey, chosen);
  show(chosen);
}

function show(chosen: Language): void {
  document.documentElement.lang = chosen;
  language.set(chosen);
}

export const texts = (): Texts => textsOf[language.value];

/** The texts and formats of the language on screen; the component is drawn anew when the visitor switches. */
export function useTexts() {
  const t = textsOf[useObservable(language)];
  return {
    t,
    date: (iso: string, zone: string | null, parts: Intl.DateTimeFormatOptions) => formatDate(iso, zone, t.locale, parts),
    /** The time on the reader's own clock: of what happens here, not on the tour. */
    clock: (iso: string) => new Intl.DateTimeFormat(t.locale, { timeStyle: 'short' }).format(new Date(iso)),
    price: (amount: number, currency: string) => formatPrice(amount, currency, t.locale),
    duration: (hours: number) => formatDuration(hours, t.days),
  };
}
