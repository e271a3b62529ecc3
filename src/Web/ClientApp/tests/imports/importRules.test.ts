import assert from 'node:assert/strict';
import { test } from 'node:test';
import { appSources as app } from './appSources';
import { circlesIn, importsOfFiles, importsOfFolders, type Sources } from './importGraph';
import { allowedImports, forbiddenImports, foldersWithoutRule, missingFilesOfModules, strangersAmongPages } from './importRules';

/** The app with one more line at the top of a file, which may be a new file. */
const appWith = (file: string, line: string): Sources => ({ ...app, [file]: `${line}\n${app[file] ?? ''}` });

const files = importsOfFiles(app);
const folders = importsOfFolders(files);

test('No files import each other in a circle', () => assert.deepEqual(circlesIn(files), []));

test('No folders import each other in a circle', () => assert.deepEqual(circlesIn(folders), []));

test('Folders import only what the list of allowed imports says, and the list allows no circle', () => {
  assert.deepEqual(forbiddenImports(files), []);
  assert.deepEqual(circlesIn(new Map(Object.entries(allowedImports).map(([folder, allowed]) => [folder, new Set(allowed)]))), []);
});

test('Every folder has a place in the list of allowed imports', () => assert.deepEqual(foldersWithoutRule(folders), []));

test('The folder pages holds nothing but pages', () => assert.deepEqual(strangersAmongPages(files), []));

test('Every module has its page.tsx and its texts.ts', () => assert.deepEqual(missingFilesOfModules(files), []));

const waysToImport = {
  'an import of a value': "import { Header } from '../shell/Header';",
  'an import of a type': "import type { Header } from '../shell/Header';",
  'an import for its effect': "import '../shell/Header';",
  'an import at run time': "const header = () => import('../shell/Header');",
  'an import within a type': "type Header = import('../shell/Header').Header;",
  'a re-export': "export { Header } from '../shell/Header';",
  'a re-export of everything': "export * from '../shell/Header';",
};

const includes = (found: string[], expected: string) => assert.ok(found.includes(expected), `not found: ${expected}\nfound: ${found.join('\n')}`);

for (const [way, line] of Object.entries(waysToImport))
  test(`A circle that ${way} closes is seen`, () => {
    const planted = importsOfFiles(appWith('ui/Icon.tsx', line));
    includes(circlesIn(planted), 'shell/Header.tsx → ui/Icon.tsx → shell/Header.tsx');
    includes(circlesIn(importsOfFolders(planted)), 'shell → ui → shell');
    includes(forbiddenImports(planted), 'ui/Icon.tsx imports shell/Header.tsx');
  });

test('A circle of folders is seen where no files are in one', () => {
  const planted = importsOfFiles(appWith('tour/tourMotif.ts', "import { seatChoice } from '../booking/seatChoice';"));
  assert.deepEqual(circlesIn(planted), circlesIn(files));
  includes(circlesIn(importsOfFolders(planted)), 'booking → tour → booking');
});

test('A circle over three files of one folder is named once', () => {
  const planted = importsOfFiles({
    'live/a.ts': "import './b';",
    'live/b.ts': "import './c';",
    'live/c.ts': "import './a';",
    'live/d.ts': "import './a';",
  });
  assert.deepEqual(circlesIn(planted), ['live/a.ts → live/b.ts → live/c.ts → live/a.ts']);
});

test('An import between two areas is seen where it closes no circle', () => {
  const planted = importsOfFiles(appWith('operations/NodeTable.tsx', "import { SeatPill } from '../tour/SeatPill';"));
  assert.deepEqual(circlesIn(importsOfFolders(planted)), circlesIn(folders));
  includes(forbiddenImports(planted), 'operations/NodeTable.tsx imports tour/SeatPill.tsx');
});

const weatherPages = '../../../Modules/Weather/Pages';

test('Only the registry imports from a module, and a module imports from no other', () => {
  const weather = {
    [`${weatherPages}/page.tsx`]: "import { texts } from './texts'; import { Tier } from './tiers/Tier'; import { Link } from '@app/ui/Link';",
    [`${weatherPages}/texts.ts`]: "import { moduleTexts } from '@app/i18n/moduleTexts';",
    [`${weatherPages}/tiers/Tier.tsx`]: "import { texts } from '../texts'; import { request } from '@app/api/http/request';",
  };
  const planted = importsOfFiles({ ...app, ...weather });
  assert.ok(planted.get('modules.ts')!.has(`${weatherPages}/page.tsx`), 'the registry finds it');
  assert.deepEqual(forbiddenImports(planted), []);
  assert.deepEqual(foldersWithoutRule(importsOfFolders(planted)), []);

  const header = appWith('shell/Header.tsx', `import { texts } from '../${weatherPages}/texts';`);
  includes(forbiddenImports(importsOfFiles({ ...header, ...weather })), `shell/Header.tsx imports ${weatherPages}/texts.ts`);
  const router = appWith('App.tsx', "const pages = import.meta.glob('../../../Modules/*/Pages/page.tsx');");
  includes(forbiddenImports(importsOfFiles({ ...router, ...weather })), `App.tsx imports ${weatherPages}/page.tsx`);
  const users = '../../../Modules/Users/Pages/page.tsx';
  const usersPage = { [users]: "import { texts } from '../../Weather/Pages/texts'; import { BookingRow } from '@app/booking/BookingRow';" };
  const found = forbiddenImports(importsOfFiles({ ...app, ...weather, ...usersPage }));
  includes(found, `${users} imports ${weatherPages}/texts.ts`);
  includes(found, `${users} imports booking/BookingRow.tsx`);
});

test('A module whose page or texts are in a file of another name is seen', () => {
  const planted = importsOfFiles({ ...app, [`${weatherPages}/pages.tsx`]: '', [`${weatherPages}/tiers/texts.ts`]: '' });
  assert.deepEqual(missingFilesOfModules(planted), [`${weatherPages}/page.tsx`, `${weatherPages}/texts.ts`]);
});

test('A module that imports the registry closes a circle', () => {
  const planted = importsOfFiles({ ...app, [`${weatherPages}/page.tsx`]: "import { readModulePages } from '@app/modules';" });
  includes(circlesIn(planted), `${weatherPages}/page.tsx → modules.ts → ${weatherPages}/page.tsx`);
});

test('A glob that is not understood is an error', () => {
  assert.throws(() => importsOfFiles({ 'a.ts': "import.meta.glob('./modules/**/page.tsx');" }), /a.ts has the glob/);
  assert.throws(() => importsOfFiles({ 'a.ts': "import.meta.glob(['./modules/*/page.tsx']);" }), /a.ts has the glob/);
});

test('A new folder and a hook among the pages are seen', () => {
  const withHook = appWith('pages/TourPage.tsx', "import { useMap } from './useMap';");
  const planted = importsOfFiles({ ...withHook, 'pages/useMap.ts': '', 'map/Map.tsx': '' });
  includes(foldersWithoutRule(importsOfFolders(planted)), 'map');
  includes(strangersAmongPages(planted), 'pages/useMap.ts');
});

test('An import that leads nowhere is an error', () => {
  assert.throws(() => importsOfFiles({ 'ui/Icon.tsx': "import { gone } from './gone';" }), /ui\/Icon.tsx imports .\/gone/);
});
