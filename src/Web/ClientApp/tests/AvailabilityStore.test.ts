import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AvailabilityStore, type SeatReport } from '../src/live/AvailabilityStore';

const day = '2026-12-12T10:00:00Z';
const report = (availableSpots: number, version?: number, more: Partial<SeatReport> = {}): SeatReport => ({
  tourId: 't1', date: day, availableSpots, status: availableSpots === 0 ? 'sold_out' : 'available', version, ...more,
});
const spots = (store: AvailabilityStore) => store.seats('t1', day)?.availableSpots;

test('An older version never replaces a newer one, whoever says it', () => {
  const store = new AvailabilityStore();
  store.apply([report(9, 5)]);
  assert.equal(store.apply([report(12, 4)]), false);
  assert.equal(spots(store), 9);
  store.apply([report(8, 6)]);
  assert.equal(spots(store), 8);
});

test('The same version changes nothing', () => {
  const store = new AvailabilityStore();
  store.apply([report(9, 5)]);
  assert.equal(store.apply([report(3, 5)]), false);
  assert.equal(spots(store), 9);
});

test('Every order of the same updates ends at the same number', () => {
  const updates = [report(4, 1), report(3, 2), report(2, 3), report(7, 4)];
  for (const order of permutations(updates)) {
    const store = new AvailabilityStore();
    for (const update of order) store.apply([update]);
    assert.equal(spots(store), 7);
  }
});

test('Departures are told apart by instant, not by how the date is written', () => {
  const store = new AvailabilityStore();
  store.apply([report(9, 5)]);
  store.apply([report(8, 6, { date: '2026-12-12T11:00:00+01:00' })]);
  assert.equal(spots(store), 8);
});

test('The list, which carries no version, does not overrule the hub while the hub is live', () => {
  let now = 1_000;
  const store = new AvailabilityStore(() => now);
  store.apply([report(9, 5)]);
  now = 2_000;
  store.apply([report(12)], { askedAt: 1_500, hubAway: false });
  assert.equal(spots(store), 9);
});

test('While the hub is away a later list counts, and the returning hub corrects it under the version already known', () => {
  let now = 1_000;
  const store = new AvailabilityStore(() => now);
  store.apply([report(9, 5)]);
  now = 2_000;
  store.apply([report(6)], { askedAt: 1_500, hubAway: true });
  assert.equal(spots(store), 6);
  store.apply([report(12, 4)]);
  assert.equal(spots(store), 6);
  store.apply([report(9, 5)]);
  assert.equal(spots(store), 9);
});

test('A list asked for before the last update does not overrule that update', () => {
  let now = 2_000;
  const store = new AvailabilityStore(() => now);
  store.apply([report(9, 5)]);
  now = 3_000;
  store.apply([report(12)], { askedAt: 1_500, hubAway: true });
  assert.equal(spots(store), 9);
});

test('Where one side has a counter and the other a clock as version, timestamps decide', () => {
  const store = new AvailabilityStore();
  store.apply([report(9, 5, { timestamp: '2026-11-01T10:00:00Z' })]);
  store.apply([report(8, Date.parse('2026-11-01T10:00:01Z'), { timestamp: '2026-11-01T10:00:01Z' })]);
  assert.equal(spots(store), 8);
  store.apply([report(7, 6, { timestamp: '2026-11-01T10:00:02Z' })]);
  assert.equal(spots(store), 7);
  store.apply([report(8, Date.parse('2026-11-01T10:00:01Z'), { timestamp: '2026-11-01T10:00:01Z' })]);
  assert.equal(spots(store), 7);
});

test('Only the watchers of the changed tour are told, and only of changes', () => {
  const store = new AvailabilityStore();
  const heard: string[] = [];
  store.subscribe('t1', () => heard.push('t1'));
  store.subscribe('t2', () => heard.push('t2'));
  store.apply([report(9, 5), report(8, 6)]);
  store.apply([report(8, 7)]);
  assert.deepEqual(heard, ['t1']);
  assert.equal(store.seats('t1', day)?.before, 8);
});

test('A sold-out departure still knows whether other dates have seats', () => {
  const store = new AvailabilityStore(() => Date.parse('2026-12-01T00:00:00Z'));
  store.apply([report(0, 5)]);
  assert.equal(store.hasOtherSeats('t1', day), false);
  store.apply([report(4, 1, { date: '2026-11-30T10:00:00Z' })]);
  assert.equal(store.hasOtherSeats('t1', day), false, 'a past departure is no offer');
  store.apply([report(4, 1, { date: '2026-12-20T10:00:00Z' })]);
  assert.equal(store.hasOtherSeats('t1', day), true);
});

function permutations<T>(items: T[]): T[][] {
  if (items.length < 2) return [items];
  return items.flatMap((item, i) => permutations([...items.slice(0, i), ...items.slice(i + 1)]).map((rest) => [item, ...rest]));
}
