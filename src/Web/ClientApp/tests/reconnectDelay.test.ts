import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reconnectDelay } from '../src/live/reconnectDelay';

test('Delays grow, are spread, and never pass ten seconds', () => {
  assert.equal(reconnectDelay(0, () => 0), 100);
  assert.equal(reconnectDelay(0, () => 1), 500);
  assert.equal(reconnectDelay(3, () => 1), 4_000);
  assert.equal(reconnectDelay(1_000, () => 1), 10_000);
  assert.ok(reconnectDelay(1_000, () => 0) >= 2_000);
});
