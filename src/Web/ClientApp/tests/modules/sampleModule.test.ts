import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collectModulePages, findModulePage } from '../../src/modules/collectModulePages';
import type { ModuleExports } from '../../src/modules/modulePage';
import { appSources, sourcesFrom } from '../imports/appSources';
import { importsOfFiles } from '../imports/importGraph';
import { forbiddenImports } from '../imports/importRules';

const samples = import.meta.glob<string>('../../../../../docs/sample-module/*/Pages/*', { query: '?raw', import: 'default', eager: true });

test('The page of the sample module in the docs fits into the app', async () => {
  Object.assign(globalThis, { location: { pathname: '/', search: '' }, addEventListener: () => {} });
  const sample = (await import('../../../../../docs/sample-module/Popularity/Pages/page')) as ModuleExports;
  const { pages } = collectModulePages({ sample });
  assert.deepEqual(findModulePage(pages, '/popularity/rome')?.parameters, { tourId: 'rome' });
});

test('It imports nothing but what every module may import', () => {
  const asModules = sourcesFrom(samples, '../../../../../docs/sample-module', '../../../Modules');
  const imports = importsOfFiles({ ...appSources, ...asModules });
  assert.deepEqual(forbiddenImports(imports), []);
  assert.ok(imports.get('modules.ts')!.has('../../../Modules/Popularity/Pages/page.tsx'));
});
