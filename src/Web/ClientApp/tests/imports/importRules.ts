import { folderOf, type ImportGraph } from './importGraph';

const ground = ['live', 'i18n', 'api', 'api/http', 'state'];
const parts = ['shell', 'ui', ...ground];

/**
 * Which folders a folder's files may import from, besides their own; `.` is `src` itself. From the pages down to the state: an area
 * (tour, booking, operations) knows no page, and the ground that all areas stand on knows no area.
 */
export const allowedImports: Readonly<Record<string, readonly string[]>> = {
  '.': ['pages', ...parts],
  pages: ['booking', 'tour', 'operations', ...parts],
  booking: ['booking/payment', 'tour', ...parts],
  'booking/payment': ground,
  tour: parts,
  operations: parts,
  shell: ['ui', ...ground],
  ui: ['i18n', 'state'],
  live: ['i18n', 'api', 'state'],
  i18n: ['api', 'state'],
  api: ['api/http'],
  'api/http': ['state'],
  state: [],
};

export function forbiddenImports(files: ImportGraph): string[] {
  return [...files].flatMap(([file, imported]) => {
    const from = folderOf(file);
    const allowed = [from, ...(allowedImports[from] ?? [])];
    return [...imported].filter((target) => !allowed.includes(folderOf(target))).map((target) => `${file} imports ${target}`);
  });
}

/** A folder that nobody decided about: without a place in the list above its imports mean nothing. */
export const foldersWithoutRule = (folders: ImportGraph): string[] => [...folders.keys()].filter((folder) => !(folder in allowedImports));

/** What lies among the pages and is not shown by the app: a hook, or a part of a page, that belongs to an area. */
export function strangersAmongPages(files: ImportGraph): string[] {
  const shown = files.get('App.tsx') ?? new Set();
  return [...files.keys()].filter((file) => folderOf(file) === 'pages' && !shown.has(file));
}
