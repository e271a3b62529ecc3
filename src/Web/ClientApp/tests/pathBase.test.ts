import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hubAddress } from '../src/api/config';
import { below, within } from '../src/state/pathBase';

test('addresses get the path base and lose it again', () => {
  assert.equal(below('/tours/lisbon', '/tours'), '/tours/tours/lisbon');
  assert.equal(within('/tours/tours/lisbon', '/tours'), '/tours/lisbon');
  assert.equal(within('/tours', '/tours'), '/');
  assert.equal(within('/tours/', '/tours'), '/');
  assert.equal(within('/toursome', '/tours'), '/toursome');
  assert.equal(within('/tours/lisbon', ''), '/tours/lisbon');
});

test('the hub is found at its own address, below the pages, or at its port', () => {
  const page = { protocol: 'https:', hostname: 'example.com', origin: 'https://example.com' };
  const config = { hubPort: 3007, demoSignIn: false, accounts: false, environment: 'Production' };
  assert.equal(hubAddress({ ...config, hubUrl: 'https://live.example.com/hubs/availability' }, page), 'https://live.example.com/hubs/availability');
  assert.equal(hubAddress({ ...config, hubUrl: '/tours/hubs/availability' }, page), 'https://example.com/tours/hubs/availability');
  assert.equal(hubAddress({ ...config, hubUrl: null }, page), 'https://example.com:3007/hubs/availability');
});
