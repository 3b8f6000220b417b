import { describe, expect, test } from '@jest/globals';
import { formatChangeState, parseChangeState } from '../../../src/cdk/changes/change-state.ts';
import type { JsonObject, JsonValue } from '../../../src/cdk/index.ts';

const T = '2026-03-18T10:30:15.250Z';
const WHOLE: JsonObject = {
  modified: T,
  newestRow: T,
  deletionsSince: T,
  handledDeletions: [[7, 1_773_829_815_250]],
  pendingDeletions: [['5f0c', 1_773_829_815_250]],
  readInProgress: {
    startedAt: T,
    since: T,
    newestRow: T,
    position: { lastKey: 7, rowsRead: 400, trustedCounts: true },
  },
  knownKeys: '7,1,a',
  youngKeys: '8',
  youngKeysAt: T,
  countOffset: -3,
  comparedAt: T,
  comparing: true,
  nextComparisonAt: T,
  lastKeyAsked: 7,
  fruitlessComparisons: 1,
  offersSingleRows: false,
  hasTooManyKeys: true,
};

const WHOLE_STATE = { ...parseChangeState(WHOLE)?.state } as JsonObject;

describe('a state', () => {
  test('is written as it was read', () => {
    const { state, unusable } = parseChangeState(WHOLE) ?? { state: {}, unusable: ['all'] };
    expect(unusable).toEqual([]);
    expect(Object.keys(state)).toEqual(Object.keys(WHOLE));
    expect(formatChangeState(state)).toEqual(WHOLE);
  });

  test.each<[string, JsonValue[]]>([
    ['modified', [5, 'soon', {}, '2026-02-30T00:00:00Z', '']],
    ['newestRow', [5, 'soon']],
    ['deletionsSince', [1_773_829_815, 'never', { at: T }]],
    ['handledDeletions', ['all', {}, [7], [[7]], [[7, T]], [[null, 7]], [[7, 8], 9]]],
    ['pendingDeletions', [7, [[{}, 7]]]],
    [
      'readInProgress',
      [T, [], {}, { startedAt: 'soon' }, { startedAt: T, position: { lastKey: {} } }, { startedAt: T, since: 7 }],
    ],
    ['knownKeys', [7, [1, 2], 'a,b,', '7,-1', true]],
    ['youngKeys', [{}, 'A']],
    ['youngKeysAt', ['soon']],
    ['countOffset', ['3', 1.5, 2 ** 60, true]],
    ['comparedAt', ['never', 5]],
    ['comparing', [false, 'true', 1]],
    ['nextComparisonAt', [5]],
    ['lastKeyAsked', ['7', {}]],
    ['fruitlessComparisons', ['1', []]],
    ['offersSingleRows', ['yes', 0]],
    ['hasTooManyKeys', [false, 'true']],
  ])('with an unknown form of %s keeps its other parts', (part, values) => {
    for (const value of values) {
      const { [part]: _, ...others } = WHOLE_STATE;
      expect(parseChangeState({ ...WHOLE, [part]: value })).toEqual({ state: others, unusable: [part] });
      expect(parseChangeState({ ...WHOLE, [part]: null })).toEqual({ state: others, unusable: [] });
    }
  });

  test('of version 0.1 keeps its cursor and its log position, which is moved back to an hour before the read', () => {
    const old = {
      modified: T,
      deletions: '2026-03-18T10:28:15.250Z',
      reading: { began: T, mark: { below: 1, at: 2 } },
    };
    const state = { modified: T, deletionsSince: '2026-03-18T09:30:15.250Z' };
    expect(parseChangeState(old)).toEqual({ state, unusable: [] });
    expect(parseChangeState({ ...old, deletions: 'never' })).toEqual({
      state: { modified: T },
      unusable: ['deletionsSince'],
    });
    expect(parseChangeState({ reading: old.reading })).toEqual({ state: {}, unusable: [] });
  });

  test('of another connector is not recognised', () => {
    for (const stored of [{}, { cursor: T }, { modified: null }]) expect(parseChangeState(stored)).toBeUndefined();
  });
});
