import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collectModulePages, findModulePage, pathsForPrograms } from '../../src/modules/collectModulePages';
import { modulePage, operatorSection, type ModuleExports, type ModulePage } from '../../src/modules/modulePage';
import { pageOf, plantedModules, plantedPage } from './plantedModules';

const collect = (modules: Record<string, readonly ModulePage[]>) => collectModulePages(plantedModules(modules));

const found = (paths: readonly string[], address: string) => {
  const { pages } = collect({ planted: paths.map((path) => plantedPage(path)) });
  const match = findModulePage(pages, address);
  return match && [match.page.path, match.parameters];
};

test('An app without modules has no pages of theirs', () => {
  assert.deepEqual(collectModulePages({}), { pages: [], operatorSections: [] });
  assert.equal(findModulePage([], '/loyalty'), null);
});

test('An address finds the page of the module, whatever its query and with a slash at its end', () => {
  const paths = ['/loyalty', '/account'];
  for (const address of ['/loyalty', '/loyalty/', '/loyalty?year=2028']) assert.deepEqual(found(paths, address), ['/loyalty', {}], address);
  for (const address of ['/', '/Loyalty', '/loyalty/more', '/loyal', '/tours/loyalty']) assert.equal(found(paths, address), null, address);
});

test('Parameters are read from the address as they were meant', () => {
  assert.deepEqual(found(['/loyalty/:userId/history/:year'], '/loyalty/b%C3%A9n%2Fa/history/2028'), [
    '/loyalty/:userId/history/:year',
    { userId: 'bén/a', year: '2028' },
  ]);
  for (const address of ['/loyalty//history/2028', '/loyalty/ben/history', '/loyalty/%zz/history/2028', '/loyalty/ben/history/2028/more'])
    assert.equal(found(['/loyalty/:userId/history/:year'], address), null, address);
});

test('A word in a path goes before a parameter, whichever was found first', () => {
  for (const paths of [['/loyalty/:userId', '/loyalty/tiers'], ['/loyalty/tiers', '/loyalty/:userId']]) {
    assert.deepEqual(found(paths, '/loyalty/tiers'), ['/loyalty/tiers', {}]);
    assert.deepEqual(found(paths, '/loyalty/ben'), ['/loyalty/:userId', { userId: 'ben' }]);
  }
});

test('Two modules cannot have one path, even where their parameters have other names', () => {
  const twice = () => collect({ loyalty: [plantedPage('/points/:userId')], users: [plantedPage('/points/:name')] });
  assert.throws(twice, /Modules\/users\/Pages\/page.tsx: \/points\/:name is already a path of .*\/Modules\/loyalty\/Pages\/page.tsx/);
});

for (const path of ['/', '/tours', '/tours/', '/tours/:id', '/tours/best', '/bookings', '/operations'])
  test(`A module cannot take ${path}, which the app itself has`, () => {
    assert.throws(() => collect({ greedy: [plantedPage(path)] }), /Modules\/greedy\/Pages\/page.tsx: .* is a path of the app itself/);
  });

test('A path below one of the app is free', () => {
  assert.deepEqual(found(['/tours/:tourId/reviews', '/operations/mail'], '/tours/lisbon/reviews'), ['/tours/:tourId/reviews', { tourId: 'lisbon' }]);
});

const noPaths = [
  'loyalty', '/loyalty/', '/Loyalty', '/loyalty.html', '/:anything', '/loyalty/:', '/loyalty?year=1', '/loyalty//tiers', '/loyalty/x:year',
];
for (const path of noPaths)
  test(`'${path}' is not understood as a path`, () => assert.throws(() => collect({ loyalty: [plantedPage(path)] }), /must look like \/loyalty/));

for (const path of ['/api/loyalty', '/health'])
  test(`${path} is for programs, so no page can be there`, () => {
    assert.throws(() => collect({ loyalty: [plantedPage(path)] }), /under a path for programs/);
  });

test('The paths for programs are those of the server', () => {
  const [source] = Object.values(import.meta.glob<string>('../../../Pages/PagePaths.cs', { query: '?raw', import: 'default', eager: true }));
  const list = /ForPrograms = \[(.*)\]/.exec(source!)![1]!;
  assert.deepEqual([...list.matchAll(/"\/(\w+)"/g)].map((match) => match[1]), pathsForPrograms);
});

test('A title that is missing in one language is named', () => {
  const onlyEnglish = { title: (language: string) => (language === 'en' ? 'Points' : '') };
  const page = plantedPage('/loyalty', onlyEnglish);
  assert.throws(() => collect({ loyalty: [page] }), /Modules\/loyalty\/Pages\/page.tsx: \/loyalty has no title in the language fr/);
  const section = { operatorSections: [operatorSection({ ...onlyEnglish, component: () => null })] };
  const found = () => collectModulePages({ [pageOf('mail')]: section });
  assert.throws(found, /mail\/Pages\/page.tsx: operatorSections\[0\] has no title in the language fr/);
});

test('A page with parameters cannot be a link in the header', () => {
  const linked = plantedPage('/loyalty/:userId', { inHeader: true });
  assert.throws(() => collect({ loyalty: [linked] }), /\/loyalty\/:userId has parameters, so it cannot be a link/);
});

test('A module whose file exports something else is named, and all mistakes are told at once', () => {
  const mail = { [pageOf('mail')]: { page: plantedPage('/mail') } as ModuleExports };
  const greedy = plantedModules({ greedy: [plantedPage('/bookings')] });
  assert.throws(
    () => collectModulePages({ ...mail, ...greedy }),
    /mail\/Pages\/page.tsx exports neither pages nor operatorSections\n.*greedy\/Pages\/page.tsx: \/bookings/,
  );
});

test('Sections of the operators’ page come from all modules, with or without pages', () => {
  const section = (name: string) => operatorSection({ title: () => name, component: () => null });
  const mail: ModuleExports = { operatorSections: [section('mail')] };
  const loyalty: ModuleExports = { pages: [plantedPage('/loyalty')], operatorSections: [section('points')] };
  const { operatorSections } = collectModulePages({ [pageOf('loyalty')]: loyalty, [pageOf('mail')]: mail });
  assert.deepEqual(operatorSections.map(({ title }) => title('en')), ['points', 'mail']);
});

test('The compiler gives a component just the parameters that its path names', () => {
  const page = { title: () => 'Points', audience: 'everybody', inHeader: false } as const;
  modulePage({ ...page, path: '/loyalty/:userId/:year', component: ({ parameters }) => `${parameters.userId} ${parameters.year}` });
  // @ts-expect-error The path names no `month`.
  modulePage({ ...page, path: '/loyalty/:userId/:year', component: ({ parameters }) => parameters.month });
});
