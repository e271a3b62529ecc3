import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dayAndTime, formatDate, formatDuration, formatPrice, milliseconds } from '../src/i18n/format';
import { en } from '../src/i18n/en';
import { fr } from '../src/i18n/fr';
import { pickLanguage } from '../src/i18n/language';

const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ');

test('A departure is shown in the tour’s time zone, in the reader’s language', () => {
  assert.match(formatDate('2026-12-12T23:30:00Z', 'Asia/Tokyo', 'en-GB', dayAndTime), /Sun.*13 Dec.*08:30/);
  assert.match(formatDate('2026-12-12T09:00:00Z', 'Europe/Paris', 'fr-FR', dayAndTime), /sam.*12 déc.*10:00/);
});

test('An unknown or missing time zone falls back to UTC', () => {
  assert.match(formatDate('2026-12-12T09:00:00Z', 'Nowhere/Land', 'en-GB', dayAndTime), /09:00/);
  assert.match(formatDate('2026-12-12T09:00:00Z', null, 'en-GB', dayAndTime), /09:00/);
});

test('Prices carry their currency, and cents only where there are some', () => {
  assert.equal(formatPrice(49, 'EUR', 'en-GB'), '€49');
  assert.equal(plain(formatPrice(49.5, 'EUR', 'fr-FR')), '49,50 €');
});

test('Durations read as people say them', () => {
  assert.deepEqual([0.75, 3, 2.5, 48].map((hours) => formatDuration(hours, en.days)), ['45 min', '3 h', '2 h 30', '2 days']);
  assert.equal(formatDuration(24, fr.days), '1 jour');
});

test('The browser’s first language that we speak wins, English otherwise', () => {
  assert.equal(pickLanguage(['de-DE', 'fr-CA', 'en-GB']), 'fr');
  assert.equal(pickLanguage(['en-US', 'fr']), 'en');
  assert.equal(pickLanguage(['de', 'ja']), 'en');
});

test('French has every text that English has', () => {
  assert.deepEqual(Object.keys(fr).sort(), Object.keys(en).sort());
  assert.equal(fr.seatsLeft(1), '1 place');
  assert.equal(fr.onlySeatsLeft(0), 'Plus que 0 place');
});

test('Short times keep a digit, long ones become seconds', () => {
  assert.deepEqual([0.84, 12.6, 1250].map((value) => plain(milliseconds(value, 'en-GB'))), ['0.8 ms', '13 ms', '1.25 s']);
  assert.equal(plain(milliseconds(0.84, 'fr-FR')), '0,8 ms');
});
