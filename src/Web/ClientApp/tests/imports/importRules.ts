import { folderOf, type ImportGraph } from './importGraph';

const ground = ['live', 'i18n', 'api', 'api/http', 'state'];
const parts = ['shell', 'ui', ...ground];

/**
 * Which folders a folder's files may import from, besides their own; `.` is `src` itself. From the pages down to the state: an area
 * (tour, booking, operations) knows no page, and the ground that all areas stand on knows no area. `modules` holds what a module builds
 * on, `Modules/*` are the modules themselves: a module knows no other, and nobody but the registry knows any.
 */
export const allowedImports: Readonly<Record<string, readonly string[]>> = {
  '.': ['pages', 'modules', ...parts],
  pages: ['booking', 'tour', 'operations', 'modules', ...parts],
  'Modules/*': ['modules', ...parts],
  booking: ['booking/payment', 'tour', ...parts],
  'booking/payment': ground,
  tour: parts,
  operations: parts,
  shell: ['ui', 'modules', ...ground],
  modules: ['i18n', 'state'],
  ui: ['i18n', 'state'],
  live: ['i18n', 'api', 'state'],
  i18n: ['api', 'state'],
  api: ['api/http'],
  'api/http': ['state'],
  state: [],
};

/** The only file that imports from modules. */
const registry = 'modules.ts';

/** `../../../Modules/Loyalty/Pages` for that and all folders below it; undefined for every other folder. */
const moduleOf = (folder: string): string | undefined => /^(\.\.\/){3}Modules\/[^/]+\/Pages/.exec(folder)?.[0];

const allowedFor = (folder: string): readonly string[] | undefined => allowedImports[moduleOf(folder) ? 'Modules/*' : folder];

export function forbiddenImports(files: ImportGraph): string[] {
  return [...files].flatMap(([file, imported]) => {
    const from = folderOf(file);
    const mayImport = (folder: string): boolean => {
      const module = moduleOf(folder);
      if (module) return module === moduleOf(from) || file === registry;
      return folder === from || (allowedFor(from) ?? []).includes(folder);
    };
    return [...imported].filter((target) => !mayImport(folderOf(target))).map((target) => `${file} imports ${target}`);
  });
}

/** A folder that nobody decided about: without a place in the list above its imports mean nothing. */
export const foldersWithoutRule = (folders: ImportGraph): string[] => [...folders.keys()].filter((folder) => !allowedFor(folder));

/** What lies among the pages and is not shown by the app: a hook, or a part of a page, that belongs to an area. */
export function strangersAmongPages(files: ImportGraph): string[] {
  const shown = files.get('App.tsx') ?? new Set();
  return [...files.keys()].filter((file) => folderOf(file) === 'pages' && !shown.has(file));
}

/** A module whose page the registry does not find, as where the file has another name, or whose texts stand somewhere among its code. */
export function missingFilesOfModules(files: ImportGraph): string[] {
  const modules = new Set([...files.keys()].flatMap((file) => moduleOf(folderOf(file)) ?? []));
  return [...modules].flatMap((module) => [`${module}/page.tsx`, `${module}/texts.ts`]).filter((file) => !files.has(file));
}
