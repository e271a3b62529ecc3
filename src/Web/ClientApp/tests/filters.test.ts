import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filterQuery, readFilters } from '../src/api/tours';

test('Filters survive the way through the address', () => {
  const filters = { destination: 'Málaga', date: '2028-02-29', participants: 4 };
  assert.deepEqual(readFilters(`?${filterQuery(filters)}`), filters);
});

test('What makes no sense in an address is no filter', () => {
  const none = { destination: '', date: '', participants: 1 };
  const days = ['', '?date=2026-13-45', '?date=2026-02-30', '?date=soon'];
  for (const search of [...days, '?participants=0', '?participants=900', '?participants=2.5', '?participants=x'])
    assert.deepEqual(readFilters(search), none, search);
});
