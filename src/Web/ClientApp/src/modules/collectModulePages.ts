import { languages } from '../i18n/language';
import { matchPath, pathOf, routeOf } from '../state/routeOf';
import type { ModuleExports, ModulePage, OperatorSection } from './modulePage';

/** What the modules bring, the pages in the order in which addresses are compared with them. */
export interface ModulePages {
  pages: readonly ModulePage[];
  operatorSections: readonly OperatorSection[];
}

/** First parts of an address that the server never answers with a page, so reloading such a page would be a 404. As in PagePaths.cs. */
export const pathsForPrograms: readonly string[] = ['api', 'hubs', 'health', 'metrics', 'openapi'];

const pathShape = /^(\/[a-z0-9-]+)(\/([a-z0-9-]+|:[a-zA-Z]+))*$/;

/**
 * @param found What each module's `page.tsx` exports, by the file's path.
 * @throws One error that names every mistake: a module that is wrong must not pass for one that is not there.
 */
export function collectModulePages(found: Readonly<Record<string, ModuleExports>>): ModulePages {
  const mistakes: string[] = [];
  const takenBy = new Map<string, string>();
  for (const [file, { pages, operatorSections }] of Object.entries(found)) {
    if (!pages && !operatorSections) mistakes.push(`${file} exports neither pages nor operatorSections`);
    for (const page of pages ?? []) {
      mistakes.push(...mistakesOf(page).map((mistake) => `${file}: ${page.path} ${mistake}`));
      const other = takenBy.get(sortKey(page));
      if (other) mistakes.push(`${file}: ${page.path} is already a path of ${other}`);
      takenBy.set(sortKey(page), file);
    }
    for (const [at, section] of (operatorSections ?? []).entries())
      mistakes.push(...missingTitles(section).map((mistake) => `${file}: operatorSections[${at}] ${mistake}`));
  }
  if (mistakes.length > 0) throw new Error(`The modules' pages do not fit together:\n${mistakes.join('\n')}`);
  const exported = Object.values(found);
  return {
    pages: exported.flatMap(({ pages }) => pages ?? []).sort((one, other) => (sortKey(one) < sortKey(other) ? -1 : 1)),
    operatorSections: exported.flatMap(({ operatorSections }) => operatorSections ?? []),
  };
}

/** The page for an address that is none of the app's own. */
export function findModulePage(pages: readonly ModulePage[], address: string): { page: ModulePage; parameters: Record<string, string> } | null {
  for (const page of pages) {
    const parameters = matchPath(page.path, pathOf(address));
    if (parameters) return { page, parameters };
  }
  return null;
}

/**
 * Paths that differ in the names of parameters only fit the same addresses. `~` sorts a parameter behind every word, so that
 * `/loyalty/tiers` is tried before `/loyalty/:userId`.
 */
const sortKey = (page: ModulePage): string => page.path.replace(/:[^/]*/g, '~');

function mistakesOf(page: ModulePage): string[] {
  const mistakes = missingTitles(page);
  if (routeOf(page.path).page !== 'unknown') mistakes.push('is a path of the app itself');
  else if (!pathShape.test(page.path)) mistakes.push('must look like /loyalty or /loyalty/history/:year');
  else if (pathsForPrograms.includes(page.path.split('/')[1]!)) mistakes.push(`is under a path for programs: /${pathsForPrograms.join(', /')}`);
  if (page.inHeader && page.path.includes(':')) mistakes.push('has parameters, so it cannot be a link in the header');
  return mistakes;
}

const missingTitles = ({ title }: Pick<OperatorSection, 'title'>): string[] =>
  languages.filter((language) => !title(language)?.trim()).map((language) => `has no title in the language ${language}`);
