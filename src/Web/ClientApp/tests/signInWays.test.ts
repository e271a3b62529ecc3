import assert from 'node:assert/strict';
import { test } from 'node:test';

/** What the app's files ask of a browser while they are loaded. */
Object.assign(globalThis, { location: { pathname: '/', search: '' }, addEventListener: () => {} });
const { returnAddress, signInAddress } = await import('../src/state/signInWays');

test('Signing in leads back to the page the visitor was on', () => {
  const page = signInAddress('/sign-in', '/tours/lisbon?date=2026-02-10');
  assert.equal(page, '/sign-in?return=%2Ftours%2Flisbon%3Fdate%3D2026-02-10');
  assert.equal(returnAddress(page.split('?')[1]!), '/tours/lisbon?date=2026-02-10');
  assert.equal(signInAddress('/sign-in', '/'), '/sign-in');
  assert.equal(returnAddress(''), '/');
});

test('Between signing in and signing up the way back is kept', () => {
  assert.equal(signInAddress('/sign-up', '/sign-in?return=%2Fbookings'), '/sign-up?return=%2Fbookings');
  assert.equal(signInAddress('/sign-up', '/sign-in'), '/sign-up');
});

test('A link from elsewhere cannot send the visitor off this site, or round in circles', () => {
  for (const bad of ['https://evil.example', '//evil.example', '/\\evil.example', 'javascript:alert(1)', '/sign-in', '/sign-up?return=%2F', ''])
    assert.equal(returnAddress(`return=${encodeURIComponent(bad)}`), '/', bad);
});
