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

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NOW = Date.parse('2026-03-18T10:30:00Z');
const iso = (time: number): string => new Date(time).toISOString();
const AT_NOW = { earlier: NOW, later: NOW };

const COMPARED: KeyState = { comparedAt: iso(NOW - DAY), countOffset: 3 };

test.each<{ what: string; state: KeyState; totalCount: number | undefined; reason: RegExp | undefined }>([
  { what: 'the count as before', state: COMPARED, totalCount: 103, reason: undefined },
  { what: 'one row less', state: COMPARED, totalCount: 102, reason: /has 102 rows instead of 103/ },
  { what: 'one row more', state: COMPARED, totalCount: 104, reason: /has 104 rows instead of 103/ },
  { what: 'no Total-Count', state: COMPARED, totalCount: undefined, reason: undefined },
  { what: 'no offset', state: { ...COMPARED, countOffset: undefined }, totalCount: 103, reason: /has 103 rows/ },
  { what: 'no comparison yet', state: { countOffset: 3 }, totalCount: 103, reason: /never been compared/ },
  {
    what: 'one that is not complete',
    state: { ...COMPARED, comparing: true },
    totalCount: 103,
    reason: /not complete/,
  },
  { what: 'seven days', state: { ...COMPARED, comparedAt: iso(NOW - 7 * DAY) }, totalCount: 103, reason: undefined },
  {
    what: 'more than seven days',
    state: { ...COMPARED, comparedAt: iso(NOW - 7 * DAY - 1) },
    totalCount: undefined,
    reason: /seven days/,
  },
  {
    what: 'a moment in the future',
    state: { ...COMPARED, comparedAt: iso(NOW + 6 * MINUTE) },
    totalCount: 103,
    reason: /future/,
  },
  {
    what: 'clocks that differ a little',
    state: { ...COMPARED, comparedAt: iso(NOW + 5 * MINUTE) },
    totalCount: 103,
    reason: undefined,
  },
  {
    what: 'counts that mean nothing',
    state: { ...COMPARED, fruitlessComparisons: 2 },
    totalCount: 7,
    reason: undefined,
  },
  { what: 'counts that may', state: { ...COMPARED, fruitlessComparisons: 1 }, totalCount: 7, reason: /has 7 rows/ },
  {
    what: 'counts that mean nothing, after seven days',
    state: { comparedAt: iso(NOW - 8 * DAY), fruitlessComparisons: 2 },
    totalCount: 7,
    reason: /seven days/,
  },
])('with 100 keys and $what, the reason to compare is $reason', ({ state, totalCount, reason }) => {
  const found = reasonToCompare(state, 100, { totalCount, clocks: AT_NOW });
  if (reason === undefined) expect(found).toBeUndefined();
  else expect(found).toMatch(reason);
});

test.each<{ what: string; state: KeyState; waits: boolean }>([
  { what: 'is due', state: { comparing: true }, waits: false },
  { what: 'is due in an hour', state: { comparing: true, nextComparisonAt: iso(NOW + HOUR) }, waits: true },
  { what: 'is due now', state: { comparing: true, nextComparisonAt: iso(NOW) }, waits: false },
  {
    what: 'is due in a day: a clock jumped',
    state: { comparing: true, nextComparisonAt: iso(NOW + DAY) },
    waits: false,
  },
  { what: 'is not due', state: { nextComparisonAt: iso(NOW + HOUR) }, waits: false },
])('a comparison that $what is postponed: $waits', ({ state, waits }) => {
  expect(mustWait(state, NOW)).toBe(waits);
});

describe('missing keys', () => {
  const many = Array.from({ length: 250 }, (_, index) => 1_000 - index);

  test('are requested 100 at a time in ascending order, starting after the last requested key', () => {
    const rounds = [undefined, 850, 950].map((last) => keysToAsk(many, last));
    expect(rounds.map(({ keys }) => [keys[0], keys.at(-1), keys.length])).toEqual([
      [751, 850, 100],
      [851, 950, 100],
      // The end of the round, and the beginning of the next.
      [951, 800, 100],
    ]);
    expect(rounds.map(({ isRoundComplete }) => isRoundComplete)).toEqual([false, false, true]);
  });

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
    { what: 'a tenth', rows: { known: 100, read: 90, missing: 10, promised: 90 }, may: true },
    { what: 'more than a tenth', rows: { known: 100, read: 89, missing: 11, promised: 89 }, may: false },
    { what: 'five of a short list', rows: { known: 8, read: 3, missing: 5, promised: 0 }, may: true },
    { what: 'six of a short list', rows: { known: 9, read: 3, missing: 6, promised: 3 }, may: false },
    { what: 'one, which a count promises', rows: { known: 100, read: 99, missing: 1, promised: 100 }, may: false },
    { what: 'the only one', rows: { known: 1, read: 0, missing: 1, promised: 0 }, may: false },
    {
      what: 'one, where the list also lacks a row that just changed',
      rows: { known: 100, read: 98, missing: 1, promised: 98, hasStrays: true },
      may: false,
    },
  ])('of a server without single rows may be removed: $what: $may', ({ rows, may }) => {
    expect(mayRemoveUnasked({ hasStrays: false, ...rows })).toBe(may);
  });

  test.each([
    { what: 'just now', at: NOW, young: true },
    { what: 'less than two minutes ago', at: NOW - 2 * MINUTE + 1, young: true },
    { what: 'two minutes ago', at: NOW - 2 * MINUTE, young: false },
    { what: 'never', at: undefined, young: false },
    { what: 'in the future, by a clock that jumped', at: NOW + 6 * MINUTE, young: false },
  ])('first read $what are young: $young', ({ at, young }) => {
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
  const due = (more: KeyState = {}) => ({ ...DUE, offersSingleRows: true, ...more });

  test.each<{ what: string; found: Partial<Findings>; before?: KeyState; after: KeyState }>([
    { what: 'rows that add up', found: {}, after: settled() },
    { what: 'rows that the user does not want', found: { keys: 60 }, after: settled({ countOffset: 40 }) },
    {
      what: 'rows that add up after two fruitless ones',
      found: {},
      before: { ...DUE, fruitlessComparisons: 2 },
      after: settled(),
    },
    {
      what: 'no Total-Count',
      found: { totals: new Set(), countBefore: undefined },
      after: settled({ countOffset: undefined, fruitlessComparisons: 1 }),
    },
    {
      what: 'an empty list without a Total-Count',
      found: { totals: new Set(), countBefore: 0, rowsRead: 0, keys: 6, missing: 6 },
      after: settled({ countOffset: -6 }),
    },
    {
      what: 'a count that changed between pages',
      found: { totals: new Set([100, 99]), missing: 1, gone: 1 },
      after: due(),
    },
    {
      what: 'a count that changed between pages, and nothing else',
      found: { totals: new Set([100, 99]) },
      after: due({ fruitlessComparisons: 1 }),
    },
    {
      what: 'the same once more',
      found: { totals: new Set([100, 99]) },
      before: { ...DUE, fruitlessComparisons: 1 },
      after: settled({ fruitlessComparisons: 2 }),
    },
    {
      what: 'a missing row on a server whose counts mean nothing',
      found: { totals: new Set([100, 99]), missing: 1, gone: 1 },
      before: { ...DUE, fruitlessComparisons: 2 },
      after: due({ fruitlessComparisons: 2 }),
    },
    {
      what: 'counts that fit the pages, but not the question',
      found: { countBefore: 1 },
      after: settled({ fruitlessComparisons: 1 }),
    },
    { what: 'more rows than counted', found: { rowsRead: 101, unknown: 1, keys: 101 }, after: due() },
    { what: 'fewer rows than counted', found: { rowsRead: 95, missing: 5 }, after: settled() },
    { what: 'a row that only the changes had', found: { hasStrays: true, missing: 1, gone: 1 }, after: due() },
    {
      what: 'a row that only the changes had, and nothing else',
      found: { hasStrays: true },
      after: due({ fruitlessComparisons: 1 }),
    },
    {
      what: 'a row that only the changes have, for the second time',
      found: { hasStrays: true },
      before: { ...DUE, fruitlessComparisons: 1 },
      after: settled({ fruitlessComparisons: 2 }),
    },
    {
      what: 'more rows than counted and a living row that the list lacks, for the second time',
      found: { rowsRead: 101, keys: 102, missing: 1 },
      before: { ...DUE, fruitlessComparisons: 1 },
      after: settled({ countOffset: -2, fruitlessComparisons: 2 }),
    },
    {
      what: 'readings that differ',
      found: { isWhole: false, missing: 1, settlement: { ...FOUND.settlement, isDecided: false, isPostponed: true } },
      after: due({ nextComparisonAt: iso(NOW + HOUR) }),
    },
    {
      what: 'a row that nobody knows of',
      found: { missing: 1, settlement: { ...FOUND.settlement, isDecided: false } },
      after: due(),
    },
    {
      what: 'a row that nobody knows of, after a fruitless one',
      found: { missing: 1, settlement: { ...FOUND.settlement, isDecided: false }, hasStrays: true },
      before: { ...DUE, fruitlessComparisons: 1 },
      after: due({ fruitlessComparisons: 1 }),
    },
    {
      what: 'a full hundred',
      found: {
        missing: 250,
        settlement: { isDecided: false, isPostponed: true, lastKeyAsked: 850, offersSingleRows: true },
      },
      after: due({ nextComparisonAt: iso(NOW + HOUR), lastKeyAsked: 850 }),
    },
  ])('with $what', ({ found, before = DUE, after }) => {
    const state = conclude(before, { ...FOUND, ...found });
    expect(JSON.parse(JSON.stringify(state))).toEqual(JSON.parse(JSON.stringify(after)));
  });
});
