import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hubAddress } from '../src/api/config';
import { ApiProblem, NoAnswer } from '../src/api/http/request';
import { submitOnce } from '../src/api/http/submitOnce';

const problem = (status: number, body: Record<string, unknown>) => new ApiProblem(status, body, null);

async function sends(...outcomes: unknown[]): Promise<{ sent: number; result: unknown }> {
  let sent = 0;
  const send = () => {
    const outcome = outcomes[Math.min(sent++, outcomes.length - 1)];
    return outcome instanceof Error ? Promise.reject(outcome) : Promise.resolve(outcome);
  };
  const result = await submitOnce(send, () => Promise.resolve()).catch((error: unknown) => error);
  return { sent, result };
}

test('A lost answer is asked for again until it comes', async () => {
  assert.deepEqual(await sends(new NoAnswer(), new NoAnswer(), 'booked'), { sent: 3, result: 'booked' });
});

test('A server that stays away is given up after four sends', async () => {
  const { sent, result } = await sends(new NoAnswer());
  assert.equal(sent, 4);
  assert.ok(result instanceof NoAnswer);
});

test('An earlier send that is still running is waited for', async () => {
  assert.deepEqual(await sends(problem(409, { code: 'idempotency_in_flight' }), 'booked'), { sent: 2, result: 'booked' });
});

test('Every other conflict is final', async () => {
  for (const body of [{ code: 'sold_out' }, { code: 'not_enough_spots', availableSpots: 1 }, { code: 'closed' }, {}]) {
    const { sent } = await sends(problem(409, body), 'booked');
    assert.equal(sent, 1, JSON.stringify(body));
  }
});

test('A refused body is final', async () => {
  assert.equal((await sends(problem(422, { error: 'participants must be at least 1' }), 'booked')).sent, 1);
});

test('The hub is on the page’s own host unless the configuration names another', () => {
  const config = { hubUrl: null, hubPort: 3007, demoSignIn: true, accounts: false, environment: 'Development' };
  assert.equal(hubAddress(config, { protocol: 'http:', hostname: '192.168.1.7' }), 'http://192.168.1.7:3007/hubs/availability');
  const elsewhere = { ...config, hubUrl: 'https://live.example.org/hubs/availability' };
  assert.equal(hubAddress(elsewhere, { protocol: 'https:', hostname: 'example.org' }), 'https://live.example.org/hubs/availability');
});
