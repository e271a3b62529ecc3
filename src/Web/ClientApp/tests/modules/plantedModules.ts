import { modulePage, type Audience, type ModuleExports, type ModulePage } from '../../src/modules/modulePage';

const nothing = () => null;

/** A page as a module would bring it; a test names only what it is about. */
export function plantedPage(path: string, changes: Partial<ModulePage> = {}): ModulePage {
  const title = (language: string) => `${path} (${language})`;
  return modulePage<string>({ path, title, audience: 'everybody', inHeader: false, component: nothing, ...changes });
}

export const linkedPage = (path: string, audience: Audience): ModulePage => plantedPage(path, { audience, inHeader: true });

/** A module's file, as the glob names it. */
export const pageOf = (module: string) => `../../../Modules/${module}/Pages/page.tsx`;

/** What the glob finds: every module by its file. */
export const plantedModules = (modules: Record<string, readonly ModulePage[]>): Record<string, ModuleExports> =>
  Object.fromEntries(Object.entries(modules).map(([name, pages]) => [pageOf(name), { pages }]));
