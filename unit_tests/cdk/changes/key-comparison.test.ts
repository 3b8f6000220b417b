import { describe, expect, test } from '@jest/globals';
import {
  areYoung,
  conclude,
  type Findings,
  keysToAsk,
  keysToTry,
  mayRemoveUnasked,
  mustWait,
  reasonToCompare,
} from '../../../src/cdk/changes/key-comparison.ts';
import type { KeyState } from '../../../src/cdk/changes/key-state.ts';
import { DAY, HOUR, iso, MINUTE, NOW } from './read.ts';

const AT_NOW = { earlier: NOW, later: NOW };

test.each<[string, KeyState, number | undefined, RegExp | undefined]>([
  ['the same count', {}, 103, undefined],
  ['one row less', {}, 102, /has 102 rows, but 103 were expected/],
  ['one row more', {}, 104, /has 104 rows, but 103 were expected/],
  ['no Total-Count', {}, undefined, undefined],
  ['no offset', { countOffset: undefined }, 103, /has 103 rows/],
  ['no comparison yet', { comparedAt: undefined }, 103, /never been compared/],
  ['an incomplete comparison', { comparing: true }, 103, /not complete/],
  ['a comparison seven days ago', { comparedAt: iso(NOW - 7 * DAY) }, 103, undefined],
  ['one more than seven days ago', { comparedAt: iso(NOW - 7 * DAY - 1) }, undefined, /seven days/],
  ['one in the future', { comparedAt: iso(NOW + 6 * MINUTE) }, 103, /future/],
  ['one a little in the future', { comparedAt: iso(NOW + 5 * MINUTE) }, 103, undefined],
  ['one fruitless comparison', { fruitlessComparisons: 1 }, 7, /has 7 rows/],
  ['two fruitless comparisons', { fruitlessComparisons: 2 }, 7, undefined],
  ['two, seven days ago', { comparedAt: iso(NOW - 8 * DAY), fruitlessComparisons: 2 }, 7, /seven days/],
])('the reason to compare 100 keys: %s', (_, state, totalCount, reason) => {
  const found = reasonToCompare({ comparedAt: iso(NOW - DAY), countOffset: 3, ...state }, 100, {
    totalCount,
    clocks: AT_NOW,
  });
  if (reason === undefined) expect(found).toBeUndefined();
  else expect(found).toMatch(reason);
});

test.each<[string, KeyState, boolean]>([
  ['is due', { comparing: true }, false],
  ['is due in an hour', { comparing: true, nextComparisonAt: iso(NOW + HOUR) }, true],
  ['is due now', { comparing: true, nextComparisonAt: iso(NOW) }, false],
  ['is due in a day, because a clock changed', { comparing: true, nextComparisonAt: iso(NOW + DAY) }, false],
  ['is not due', { nextComparisonAt: iso(NOW + HOUR) }, false],
])('whether a comparison that %s is postponed', (_, state, waits) => {
  expect(mustWait(state, NOW)).toBe(waits);
});

describe('missing keys', () => {
  test('below the last requested key are requested at the end of the round', () => {
    expect(keysToAsk([9, 3, 5], 4)).toEqual({ keys: [5, 9, 3], isRoundComplete: true });
  });

  test.each([
    { read: [], tried: [] },
    { read: [4], tried: [4] },
    { read: [9, 4], tried: [4, 9] },
    { read: [9, 7, 5, 3, 1], tried: [1, 5] },
  ])('are requested only if one of two old rows answers: of $read, $tried', ({ read, tried }) => {
    expect(keysToTry(new Set(read))).toEqual(tried);
  });

  test.each([
    ['a tenth', { known: 100, read: 90, missing: 10, promised: 90 }, true],
    ['more than a tenth', { known: 100, read: 89, missing: 11, promised: 89 }, false],
    ['five of a short list', { known: 8, read: 3, missing: 5, promised: 0 }, true],
    ['six of a short list', { known: 9, read: 3, missing: 6, promised: 3 }, false],
    ['one that the count includes', { known: 100, read: 99, missing: 1, promised: 100 }, false],
    ['the only one', { known: 1, read: 0, missing: 1, promised: 0 }, false],
    [
      'one, if changed rows are missing too',
      { known: 100, read: 98, missing: 1, promised: 98, hasStrays: true },
      false,
    ],
  ])('whether missing rows may be removed without single rows: %s', (_, rows, may) => {
    expect(mayRemoveUnasked({ hasStrays: false, ...rows })).toBe(may);
  });

  test.each([
    ['now', NOW, true],
    ['less than two minutes ago', NOW - 2 * MINUTE + 1, true],
    ['two minutes ago', NOW - 2 * MINUTE, false],
    ['never', undefined, false],
    ['in the future, because a clock changed', NOW + 6 * MINUTE, false],
  ])('whether keys first read %s are young', (_, at, young) => {
    expect(areYoung(at, AT_NOW)).toBe(young);
  });
});

describe('after a comparison', () => {
  const FOUND: Findings = {
    time: NOW,
    countBefore: 100,
    totals: new Set([100]),
    isWhole: true,
    rowsRead: 100,
    keys: 100,
    missing: 0,
    gone: 0,
    unknown: 0,
    hasStrays: false,
    settlement: { isDecided: true, isPostponed: false, lastKeyAsked: undefined, offersSingleRows: true },
  };
  const DUE: KeyState = { comparing: true, comparedAt: iso(NOW - DAY), countOffset: 1 };
  const settled = (more: KeyState = {}) => ({ comparedAt: iso(NOW), countOffset: 0, offersSingleRows: true, ...more });
  const fruitless = (more: KeyState = {}) => settled({ fruitlessComparisons: 1, ...more });
  const due = (more: KeyState = {}) => ({ ...DUE, offersSingleRows: true, ...more });

  const undecided = { ...FOUND.settlement, isDecided: false };
  const twoTotals = new Set([100, 99]);
  // As JSON, because undefined members are left out of a state.
  const asJson = (state: KeyState): unknown => JSON.parse(JSON.stringify(state));
  const expectAfter = (before: KeyState, found: Partial<Findings>, after: KeyState): void =>
    expect(asJson(conclude(before, { ...FOUND, ...found }))).toEqual(asJson(after));

  test.each<[string, Partial<Findings>, KeyState]>([
    ['rows that add up', {}, settled()],
    ['rows that the user does not want', { keys: 60 }, settled({ countOffset: 40 })],
    ['no Total-Count', { totals: new Set(), countBefore: undefined }, fruitless({ countOffset: undefined })],
    [
      'an empty list without a Total-Count',
      { totals: new Set(), countBefore: 0, rowsRead: 0, keys: 6, missing: 6 },
      settled({ countOffset: -6 }),
    ],
    ['a count that changed between pages, and a deleted row', { totals: twoTotals, missing: 1, gone: 1 }, due()],
    ['a count that changed between pages', { totals: twoTotals }, due({ fruitlessComparisons: 1 })],
    ['a count that does not match the small request', { countBefore: 1 }, fruitless()],
    ['more rows than counted', { rowsRead: 101, unknown: 1, keys: 101 }, due()],
    ['fewer rows than counted', { rowsRead: 95, missing: 5 }, settled()],
    ['a row that only the changes had, and a deleted row', { hasStrays: true, missing: 1, gone: 1 }, due()],
    ['a row that only the changes had', { hasStrays: true }, due({ fruitlessComparisons: 1 })],
    ['an undecided row', { missing: 1, settlement: undecided }, due()],
  ])('with %s', (_, found, after) => {
    expectAfter(DUE, found, after);
  });

  test.each<[string, number, Partial<Findings>, KeyState]>([
    ['rows that add up', 2, {}, settled()],
    ['a count that changed between pages', 1, { totals: twoTotals }, fruitless({ fruitlessComparisons: 2 })],
    ['a deleted row', 2, { totals: twoTotals, missing: 1, gone: 1 }, due({ fruitlessComparisons: 2 })],
    ['a row that only the changes have', 1, { hasStrays: true }, fruitless({ fruitlessComparisons: 2 })],
    [
      'more rows than counted, and a living row that the list lacks',
      1,
      { rowsRead: 101, keys: 102, missing: 1 },
      fruitless({ countOffset: -2, fruitlessComparisons: 2 }),
    ],
    ['an undecided row', 1, { missing: 1, settlement: undecided, hasStrays: true }, due({ fruitlessComparisons: 1 })],
  ])('with %s, after %i fruitless comparisons', (_, fruitlessComparisons, found, after) => {
    expectAfter({ ...DUE, fruitlessComparisons }, found, after);
  });
});
