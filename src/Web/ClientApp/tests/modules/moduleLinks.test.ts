import assert from 'node:assert/strict';
import { test } from 'node:test';
import { currentLink, linksFor, maySee } from '../../src/modules/moduleLinks';
import type { Session } from '../../src/state/session';
import { linkedPage, plantedPage } from './plantedModules';

/** A session as after signing in; only the server checks a token's signature. */
const sessionWith = (role?: string | string[]): Session => ({ userId: 'ben', token: `header.${btoa(JSON.stringify({ role }))}.signature` });

const pages = [
  linkedPage('/about', 'everybody'),
  linkedPage('/points', 'signed-in'),
  linkedPage('/mail', { role: 'operator' }),
  linkedPage('/figures', { role: 'analyst' }),
  linkedPage('/tours-of-today', { role: ['guide', 'operator'] }),
  plantedPage('/confirm', { audience: 'everybody' }),
];

const visitors: Record<string, [Session | null, string[]]> = {
  'A stranger': [null, ['/about']],
  'A visitor who signed in': [sessionWith(), ['/about', '/points']],
  'An operator': [sessionWith('operator'), ['/about', '/points', '/mail', '/tours-of-today']],
  'A guide': [sessionWith('guide'), ['/about', '/points', '/tours-of-today']],
  'Somebody with several roles': [sessionWith(['operator', 'analyst']), ['/about', '/points', '/mail', '/figures', '/tours-of-today']],
  'Somebody whose token cannot be read': [{ userId: 'ben', token: 'opaque' }, ['/about', '/points']],
};

for (const [visitor, [session, expected]] of Object.entries(visitors))
  test(`${visitor} sees the links ${expected.join(', ')}`, () => {
    assert.deepEqual(linksFor(pages, session).map(({ path }) => path), expected);
  });

test('A page without a link is open to its audience all the same', () => assert.ok(maySee(pages.at(-1)!.audience, null)));

test('The link of the page on screen is marked, and for a page below it the nearest one above', () => {
  const links = [linkedPage('/points', 'everybody'), linkedPage('/points/rules', 'everybody')];
  const marked = (address: string) => currentLink(links, address)?.path;
  assert.equal(marked('/points?year=2028'), '/points');
  assert.equal(marked('/points/2028'), '/points');
  assert.equal(marked('/points/rules/gold'), '/points/rules');
  assert.equal(marked('/pointsmen'), undefined);
  assert.equal(marked('/'), undefined);
});
