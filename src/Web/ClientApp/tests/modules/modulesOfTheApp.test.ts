import assert from 'node:assert/strict';
import { test } from 'node:test';

/** What the app's files ask of a browser while they are loaded, not yet while they draw. */
const browser = { location: { pathname: '/', search: '' }, addEventListener: () => {} };

test('The pages that the modules of this app bring fit together', async () => {
  Object.assign(globalThis, browser);
  const { readModulePages } = await import('../../src/modules');
  assert.doesNotThrow(readModulePages);
});
