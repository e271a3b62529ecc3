import type { ComponentType } from 'preact';
import type { Language } from '../i18n/language';

/**
 * Who sees a page and its link; of several roles one is enough. The server checks every call again: this only spares visitors what they may not use.
 */
export type Audience = 'everybody' | 'signed-in' | { role: string | readonly string[] };

/** The names after the colons of a path: `/loyalty/:userId` → `'userId'`. */
export type ParameterNames<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | ParameterNames<Rest>
  : Path extends `${string}:${infer Name}`
    ? Name
    : never;

export interface ModulePageProps<Path extends string = string> {
  parameters: Record<ParameterNames<Path>, string>;
  /** The address's query without the question mark, for `new URLSearchParams(search)`. */
  search: string;
  /** Whether this host gives out tokens for any name. Whether `askToSignIn()` may be offered says `canSignIn()`. */
  demoSignIn: boolean;
}

export interface ModulePage<Path extends string = string> {
  /** `/loyalty`, `/loyalty/history/:year`. Words in lower case; a parameter fits one part of an address. */
  path: Path;
  /** The text of the link, the heading above the component and the browser's title. */
  title: (language: Language) => string;
  audience: Audience;
  /** A page that is only reached by other ways, as from a mail, stays out of the header; so does one with parameters. */
  inHeader: boolean;
  /** What stands below the heading. It is drawn anew for another address, and for another visitor. */
  component: ComponentType<ModulePageProps<Path>>;
}

/** A part of the operators' page, below the app's own ones; shown to the role operator only. */
export interface OperatorSection {
  title: (language: Language) => string;
  component: ComponentType;
}

/** What a module's `page.tsx` exports: at least one of the two. */
export interface ModuleExports {
  pages?: readonly ModulePage[];
  operatorSections?: readonly OperatorSection[];
}

/** One entry of a module's `pages`; its component gets just the parameters that its path names. */
export function modulePage<Path extends string>(page: ModulePage<Path>): ModulePage {
  // Safe: a component is only drawn with what `matchPath` read by its own path.
  return page as unknown as ModulePage;
}

/** One entry of a module's `operatorSections`. */
export const operatorSection = (section: OperatorSection): OperatorSection => section;
