import assert from 'node:assert/strict';
import { test } from 'node:test';
import { moduleTexts } from '../../src/i18n/moduleTexts';

test('Texts are there in both languages', () => {
  const texts = moduleTexts({
    en: { title: 'Points', of: (count: number) => `${count} points in all` },
    fr: { title: 'Points', of: (count) => `${count} points en tout` },
  });
  assert.deepEqual([texts.en.of(3), texts.fr.of(3)], ['3 points in all', '3 points en tout']);
});

// What is wrong here is wrong for `npm run typecheck`: each line that is no longer an error fails it.
test('The compiler holds the French texts to the shape of the English ones', () => {
  // @ts-expect-error No French title.
  moduleTexts({ en: { title: 'Points', lead: 'Collect them.' }, fr: { lead: 'Collectez-les.' } });
  // @ts-expect-error A French text that English does not have.
  moduleTexts({ en: { title: 'Points' }, fr: { title: 'Points', lead: 'Collectez-les.' } });
  // @ts-expect-error Another kind of text.
  moduleTexts({ en: { of: (count: number) => `${count} points` }, fr: { of: 'points' } });
  // @ts-expect-error No French at all.
  moduleTexts({ en: { title: 'Points' } });
});
