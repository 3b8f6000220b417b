import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formatKeys, KEYS_LIMIT, parseKeys } from '../../../src/cdk/changes/known-keys.ts';
import { randomFrom, seedOf } from '../../support/random.ts';

/** Ids that an API assigns to one of its customers over years. */
function spread(count: number, highest: number): Set<number> {
  const random = randomFrom(5);
  const keys = new Set<number>();
  while (keys.size < count) keys.add(Math.floor(random() * highest));
  return keys;
}

test('keys survive writing and parsing', () => {
  const key = fc.oneof(fc.integer({ min: -50, max: 50 }), fc.maxSafeInteger());
  fc.assert(
    fc.property(fc.uniqueArray(key, { maxLength: 50 }), (keys) => {
      // Differences between keys at both ends of the range are not safe integers, but real ids are never negative.
      fc.pre(Math.max(0, ...keys) - Math.min(0, ...keys) <= Number.MAX_SAFE_INTEGER);
      expect(parseKeys(formatKeys(new Set(keys)))).toEqual(new Set(keys));
    }),
    { seed: seedOf(15) },
  );
});

test.each([
  ['in one block', new Set(Array.from({ length: 5_000 }, (_, index) => 18_031_000 + index))],
  ['spread over ten digits', spread(5_000, 9_999_999_999)],
])('5,000 keys %s take at most 40,000 characters', (_, keys) => {
  expect(formatKeys(keys).length).toBeLessThanOrEqual(40_000);
});

test('the maximum number of keys takes at most 200,000 characters, whatever the keys are', () => {
  expect(formatKeys(spread(KEYS_LIMIT, 2 ** 53)).length).toBeLessThanOrEqual(200_000);
});

test.each(['1,', ',1', '1,,1', '1,0', '01', '1.5', 'A', ' 1', 'zzzzzzzzzzzzz', '2gosa7pa2gv,1,1', 'ключ'])(
  'the text %j is rejected',
  (text) => {
    expect(parseKeys(text)).toBeUndefined();
  },
);
