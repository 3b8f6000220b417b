import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { KeySet } from '../../../src/cdk/lists/key-set.ts';
import { compareKeys, isFalling, type Key } from '../../../src/cdk/lists/keys.ts';
import { seedOf } from '../../support/random.ts';

const key: fc.Arbitrary<Key> = fc.oneof(
  fc.integer({ min: -5, max: 60 }),
  fc.constantFrom(2 ** 32 - 1, 2 ** 32, 2 ** 40, 0.5),
  fc.integer({ min: 0, max: 40 }).map((number) => number.toString(16).padStart(2, '0')),
  fc.integer({ min: 0, max: 40 }).map(String),
  fc.constantFrom('', '[7,"GB"]', 'ü', '\ud83d\ude00'),
);

/** Pages of a list. Some have descending keys, as a list with the newest row first. */
const pages = fc
  .array(fc.tuple(fc.boolean(), fc.array(key, { maxLength: 8 })), { maxLength: 12 })
  .map((drawn) =>
    drawn.map(([isSorted, keys]) => (isSorted ? [...new Set(keys)].sort((a, b) => compareKeys(b, a)) : keys)),
  );

test('a key set contains exactly the keys that were added', () => {
  fc.assert(
    fc.property(pages, fc.array(key), (added, asked) => {
      const set = new KeySet();
      for (const page of added) set.add(page);
      const right = new Set(added.flat());
      const all = [...asked, ...right];
      expect(all.map((one) => set.has(one))).toEqual(all.map((one) => right.has(one)));
    }),
    { seed: seedOf(1), numRuns: 100 },
  );
});

test('keys have a total order, in which numeric strings sort like numbers', () => {
  fc.assert(
    fc.property(key, key, key, (a, b, c) => {
      expect(Math.sign(compareKeys(a, b))).toBe(-Math.sign(compareKeys(b, a)) + 0);
      expect(compareKeys(a, b) === 0).toBe(a === b);
      if (compareKeys(a, b) <= 0 && compareKeys(b, c) <= 0) expect(compareKeys(a, c)).toBeLessThanOrEqual(0);
    }),
    { seed: seedOf(2), numRuns: 300 },
  );
  expect(isFalling(['1000', '999', '98'])).toBe(true);
  expect(isFalling(['64ff', '64fe'])).toBe(true);
});
