import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ModuleExports } from '../../src/modules/modulePage';
import { collectModulePages, findModulePage } from '../../src/modules/collectModulePages';
import { forbiddenImports } from '../imports/importRules';
import { importsOfFiles } from '../imports/importGraph';

const sample = '../../../../../docs/sample-module/Popularity/Pages';
const texts = import.meta.glob<string>('../../../../../docs/sample-module/*/Pages/*', { query: '?raw', import: 'default', eager: true });
const app = import.meta.glob<string>('../../src/**/*.{ts,tsx}', { query: '?raw', import: 'default', eager: true });

test('The page of the sample module in the docs fits into the app', async () => {
  Object.assign(globalThis, { location: { pathname: '/', search: '' }, addEventListener: () => {} });
  const page = (await import('../../../../../docs/sample-module/Popularity/Pages/page')) as ModuleExports;
  const { pages } = collectModulePages({ [sample]: page });
  assert.deepEqual(findModulePage(pages, '/popularity/rome')?.parameters, { tourId: 'rome' });
});

test('It imports nothing but what every module may import', () => {
  const asModule = Object.entries(texts).map(([path, text]) => [path.replace('../../../../../docs/sample-module', '../../../Modules'), text]);
  const files = { ...Object.fromEntries(Object.entries(app).map(([path, text]) => [path.replace('../../src/', ''), text])), ...Object.fromEntries(asModule) };
  const graph = importsOfFiles(files);
  assert.deepEqual(forbiddenImports(graph), []);
  assert.ok(graph.get('modules.ts')!.has('../../../Modules/Popularity/Pages/page.tsx'));
});
