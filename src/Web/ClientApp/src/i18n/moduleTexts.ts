import { useObservable } from '../state/Observable';
import { language, type Language } from './language';

export type ModuleTexts<Texts> = Readonly<Record<Language, Texts>>;

/** A module's own texts. English decides the shape; `NoInfer` makes the compiler hold the French ones to it instead of widening the shape to both. */
export const moduleTexts = <Texts extends object>(texts: { en: Texts; fr: NoInfer<Texts> }): ModuleTexts<Texts> => texts;

/** The module's texts in the language on screen; `useTexts` has the app's own texts and the formats. */
export const useModuleTexts = <Texts extends object>(texts: ModuleTexts<Texts>): Texts => texts[useObservable(language)];
