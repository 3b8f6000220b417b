import { describe, expect, test } from '@jest/globals';
import type { ChangeReader } from '../../../src/cdk/changes/change-reader.ts';
import type { SingleRow } from '../../../src/cdk/changes/delete-log.ts';
import { formatKeys, KEYS_LIMIT } from '../../../src/cdk/changes/known-keys.ts';
import { ConnectorError, configError, type JsonObject } from '../../../src/cdk/index.ts';
import { UnsettledList } from '../../../src/cdk/lists/unsettled-list.ts';
import { DAY, HOUR, iso, MINUTE, NOW, partOf, readOnce, type Selection } from './read.ts';

const OLD = NOW - 100 * DAY;
const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, index) => from + index);
const keysText = (keys: Iterable<number>): string => formatKeys(new Set(keys));

type Row = { key: number; modified?: number; created?: number | null; name?: string };

interface Server {
  now?: number;
  /** The pages of changed rows. */
  changed?: Row[][];
  /** The whole list at each reading. Another reading fails the test. */
  lists?: (Row[] | 'unsettled')[];
  /** Total-Count of the small request. Default: that of the list. */
  count?: number | 'missing' | 'refused';
  /** Total-Counts of the pages of a whole list. */
  totals?: (number | undefined)[];
  /** Whether changed rows may be missing. */
  mayMissRows?: boolean;
  single?: (key: number) => SingleRow;
}

const toRow = ({ key, modified = OLD, created = OLD, ...others }: Row): JsonObject => ({
  people_id: key,
  modified: iso(modified),
  created: created === null ? null : iso(created),
  ...others,
});

const listed = (keys: number[]): Row[] => keys.map((key) => ({ key }));

/** Reads a list whose keys are compared. `asked`: the requests that are not for changed rows. */
async function read(server: Server, stored?: JsonObject, selection: Selection = {}) {
  const { now = NOW, changed = [[]], single, mayMissRows = false } = server;
  const clocks = { earlier: now, later: now };
  const lists = [...(server.lists ?? [])];
  const asked: (number | 'count' | 'list')[] = [];
  const part = (rows: Row[]) => partOf(rows.map(toRow), now, { mayMissRows });
  const keys: ChangeReader['keys'] = {
    count: async () => {
      asked.push('count');
      if (server.count === 'refused') return undefined;
      const [list] = lists;
      const totalCount = server.count ?? (typeof list === 'object' ? list.length : undefined);
      return { totalCount: totalCount === 'missing' ? undefined : totalCount, clocks };
    },
    readWhole: async function* (onAnswer) {
      asked.push('list');
      const list = lists.shift();
      if (list === undefined) throw new Error('the list was read');
      if (list === 'unsettled') throw new UnsettledList('transient_error', 'It kept changing.');
      const totals = server.totals ?? (server.count === 'missing' ? [] : [list.length]);
      for (const totalCount of totals) onAnswer({ totalCount, clocks });
      yield part(list);
    },
    getRow: async (key) => {
      asked.push(key);
      if (single === undefined) throw new Error(`${key} was asked for`);
      return single(key);
    },
  };
  const walk = async function* () {
    for (const rows of changed) yield part(rows);
  };
  const stream = { name: 'people', nativeKey: 'people_id', walk, deleteLog: undefined, keys };
  const found = await readOnce(stream, { now, stored, selection });
  const delivered = found.rows.filter((row) => !found.tombstones.includes(row)).map((row) => row.people_id);
  return { ...found, delivered, asked };
}

/** Rows with these keys exist. */
const offers =
  (...living: number[]): NonNullable<Server['single']> =>
  (key) =>
    living.includes(key) ? { row: toRow({ key }) } : 'gone';

const synced = (keys: Iterable<number>, more: JsonObject = {}): JsonObject => ({
  modified: iso(OLD),
  newestRow: iso(OLD),
  knownKeys: keysText(keys),
  countOffset: 0,
  comparedAt: iso(NOW - DAY),
  offersSingleRows: true,
  ...more,
});

describe('a read without changes', () => {
  test('requests only the count, which it compares with the offset of the last comparison', async () => {
    const stored = synced([1, 2, 3], { countOffset: 7 });
    const { asked, last } = await read({ count: 10 }, stored);
    expect(asked).toEqual(['count']);
    expect(last).toEqual(stored);
  });

  test.each<[string, number | null, string | undefined, string[]]>([
    ['older than start_date', NOW - 50 * DAY, iso(NOW - 40 * DAY), ['count']],
    ['too old for a stamp', null, iso(NOW - 40 * DAY), ['count']],
    ['younger', NOW - 30 * DAY, iso(NOW - 40 * DAY), ['count', 'list']],
    ['old, without a start_date', null, undefined, ['count', 'list']],
  ])('after an edit of an unknown row that is %s: requests', async (_, created, startDate, requests) => {
    const changed = [[{ key: 9, created, modified: NOW - HOUR }]];
    const lists = requests.includes('list') ? [listed([9, 3, 2, 1])] : [];
    const stored = synced([1, 2, 3], { countOffset: 7 });
    const { asked, last } = await read({ changed, count: 10, lists }, stored, { startDate });
    expect(asked).toEqual(requests);
    if (lists.length === 0) expect(last).toMatchObject({ knownKeys: keysText([1, 2, 3, 9]), countOffset: 6 });
  });

  test('keeps its cursor if rows may be missing', async () => {
    const changed = [[{ key: 3, modified: NOW - DAY }]];
    const { last } = await read({ changed, mayMissRows: true, count: 3 }, synced([1, 2, 3]));
    expect(last?.modified).toBe(iso(OLD));
  });

  test('keys are compared once a week if the server refuses the count request', async () => {
    const { asked } = await read({ count: 'refused' }, synced([1, 2]));
    expect(asked).toEqual(['count']);
    const later = { now: NOW + 7 * DAY, count: 'refused' as const, lists: [listed([1, 2])] };
    expect((await read(later, synced([1, 2]))).asked).toEqual(['count', 'list']);
  });
});

describe('a first read', () => {
  const changed = [listed([5, 4]), listed([3])];

  test('writes keys before their rows, counts as a comparison, and tests whether single rows are offered', async () => {
    const { events, last, asked } = await read({ changed, single: offers(3, 4, 5) });
    const known = events.map((event) => ('state' in event ? event.state.knownKeys : event.rows.length));
    expect(known).toEqual([keysText([4, 5]), 2, keysText([3, 4, 5]), 1, keysText([3, 4, 5])]);
    expect(asked).toEqual([3]);
    expect(last).toMatchObject({ comparedAt: iso(NOW), countOffset: 0, offersSingleRows: true });
  });

  test.each<[string, JsonObject | undefined, string | undefined]>([
    ['with a start_date', undefined, iso(OLD - DAY)],
    ['that was interrupted', { readInProgress: { startedAt: iso(NOW - HOUR) } }, undefined],
    ['of a state of version 0.1', { modified: iso(OLD) }, undefined],
    ['of a state without a usable offset', synced([1], { countOffset: 'x' }), undefined],
    ['of a state without usable keys', synced([1], { knownKeys: 7 }), undefined],
  ])('%s compares, and emits no row twice', async (_, stored, startDate) => {
    const server = { changed, lists: [listed([5, 4, 3])], single: offers(3) };
    const { asked, delivered, last } = await read(server, stored, { startDate });
    expect(asked.slice(0, 2)).toEqual(['count', 'list']);
    expect(delivered).toEqual([5, 4, 3]);
    expect(last).toMatchObject({ comparedAt: iso(NOW), countOffset: 0, knownKeys: expect.stringContaining('3') });
    expect(last).not.toHaveProperty('comparing');
  });

  test('treats only recent rows as young; later, every new key is young', async () => {
    const rows = [
      { key: 5, modified: NOW - 2 * MINUTE },
      { key: 4, modified: NOW - 3 * MINUTE },
    ];
    const { last } = await read({ changed: [rows], single: offers(4) });
    expect(last).toMatchObject({ youngKeys: keysText([5]), youngKeysAt: iso(NOW) });
    const restored = await read({ now: NOW + HOUR, lists: [listed([5, 4, 3])] }, last);
    expect(restored.last).toMatchObject({ youngKeys: keysText([3]), youngKeysAt: iso(NOW + HOUR) });
  });

  test('that may have missed rows does not count as a comparison', async () => {
    const { asked } = await read({ changed, mayMissRows: true, lists: [listed([5, 4, 3])], single: offers(3) });
    expect(asked).toEqual(['count', 'list', 3]);
  });

  test('with a start_date does not emit older rows, but counts them', async () => {
    const list = [{ key: 8, modified: NOW - DAY }, { key: 7, modified: NOW - 9 * DAY }, { key: 6 }];
    const { delivered, last } = await read({ lists: [list], single: offers(8) }, undefined, {
      startDate: iso(NOW - 9 * DAY + 999),
    });
    expect(delivered).toEqual([8, 7]);
    expect(last).toMatchObject({ knownKeys: keysText([7, 8]), countOffset: 1 });
  });
});

describe('a comparison', () => {
  test('finds a deleted row, and removes its key only after its tombstone', async () => {
    const { events, asked, last, logged } = await read(
      { lists: [listed([3, 1])], single: offers(1, 3) },
      synced([1, 2, 3]),
    );
    expect(asked).toEqual(['count', 'list', 1, 2, 2]);
    const tombstone = { id: 2, people_id: 2, modified: iso(NOW), _ab_cdc_deleted_at: iso(NOW) };
    expect(events.slice(-2, -1)).toEqual([{ rows: [tombstone] }]);
    const known = events.flatMap((event) => ('state' in event ? [event.state.knownKeys] : []));
    expect(known).toEqual([keysText([1, 2, 3]), keysText([1, 3])]);
    expect(last).toEqual({ ...synced([1, 3]), comparedAt: iso(NOW) });
    expect(logged).toEqual([expect.stringMatching(/^INFO people: compared the keys of 2 rows, because .* 1\.$/)]);
  });

  test('is announced by the first STATE; rows that differ from those this sync emitted are emitted again', async () => {
    const changed = [[{ key: 3, modified: NOW - DAY }]];
    const list = [{ key: 3, modified: NOW - DAY, name: 'renamed' }, { key: 2, name: 'renamed' }, { key: 1 }];
    const { events, delivered } = await read({ changed, lists: [list], count: 4 }, synced([1, 2, 3]));
    expect(events[1]).toEqual({ state: expect.objectContaining({ comparing: true, modified: iso(NOW - DAY) }) });
    expect(delivered).toEqual([3, 3, 2, 1]);
  });

  test('writes new keys and newer stamps to a STATE before the rows are emitted', async () => {
    const list = [{ key: 4, modified: NOW + HOUR }, { key: 3 }];
    const { events, tombstones } = await read({ lists: [list], single: offers(3, 4) }, synced([1, 2, 3]));
    expect(events.slice(2, 4)).toEqual([
      { state: expect.objectContaining({ knownKeys: keysText([1, 2, 3, 4]), newestRow: iso(NOW + HOUR) }) },
      { rows: [expect.objectContaining({ people_id: 4 }), expect.objectContaining({ people_id: 3 })] },
    ]);
    expect(tombstones.map(({ modified }) => modified)).toEqual([iso(NOW + HOUR), iso(NOW + HOUR)]);
  });

  test('does not treat rows as missing that came as changed rows, and stays due', async () => {
    const changed = [listed([2])];
    const { removed, last, asked } = await read({ changed, lists: [listed([3, 1])] }, synced([1, 2, 3]));
    expect(asked).toEqual(['count', 'list']);
    expect({ removed, comparing: last?.comparing }).toEqual({ removed: [], comparing: true });
  });

  test('stays due if the count changed between pages', async () => {
    const { last } = await read({ lists: [listed([3, 1])], totals: [2, 3], single: offers(1, 3) }, synced([1, 2, 3]));
    expect(last).toMatchObject({ comparing: true, knownKeys: keysText([1, 3]) });
    expect(last).not.toHaveProperty('fruitlessComparisons');
  });

  test('that cannot read the list reliably removes nothing and is postponed for an hour', async () => {
    const { removed, last, logged } = await read({ count: 1, lists: ['unsettled'] }, synced([1, 2, 3]));
    expect(removed).toEqual([]);
    expect(last).toMatchObject({ comparing: true, nextComparisonAt: iso(NOW + HOUR), knownKeys: keysText([1, 2, 3]) });
    const warning = /^WARN people: the primary keys .* could not be compared.* again\. Reason: It kept changing\./;
    expect(logged).toEqual([expect.stringMatching(warning)]);
    expect((await read({ now: NOW + HOUR - 1 }, last)).asked).toEqual([]);
    expect((await read({ now: NOW + HOUR, lists: [listed([1, 2, 3])] }, last)).asked).toEqual(['count', 'list']);
  });
});

describe('a missing row', () => {
  test.each<[string, SingleRow, number[], number[], true | undefined]>([
    ['is gone', 'gone', [2], [3, 1], undefined],
    ['exists', { row: toRow({ key: 2 }) }, [], [3, 1, 2], undefined],
    ['is unknown', 'unknown', [], [3, 1], true],
  ])('that %s', async (_, answer, removed, delivered, comparing) => {
    const single = (key: number): SingleRow => (key === 2 ? answer : { row: toRow({ key }) });
    const found = await read({ lists: [listed([3, 1])], single }, synced([1, 2, 3]));
    expect({ removed: found.removed, delivered: found.delivered }).toEqual({ removed, delivered });
    expect(found.last?.comparing).toBe(comparing);
    if (removed.length === 0) expect(found.last).toMatchObject({ knownKeys: keysText([1, 2, 3]) });
    // A list may lack a row that exists. Then it is counted, and the next sync does not compare again because of it.
    if (comparing === undefined) expect(found.last).toMatchObject({ countOffset: removed.length - 1 });
  });

  test('is kept if a second request does not repeat the 404', async () => {
    const answers: SingleRow[] = ['gone', { row: toRow({ key: 2 }) }];
    const single = (key: number): SingleRow => (key === 2 && answers.shift()) || { row: toRow({ key }) };
    const { removed, delivered } = await read({ lists: [listed([3, 1])], single }, synced([1, 2, 3]));
    expect({ removed, delivered }).toEqual({ removed: [], delivered: [3, 1, 2] });
  });

  test('whose request fails ends the requests, but not the stream', async () => {
    const single = (key: number): SingleRow => {
      if (key === 5) throw new ConnectorError('transient_error', 'no answer');
      return key === 1 ? { row: toRow({ key }) } : 'gone';
    };
    const { asked, removed, last, logged } = await read({ lists: [listed([1])], single }, synced([1, 4, 5, 6]));
    expect(asked).toEqual(['count', 'list', 1, 4, 5, 4]);
    expect(removed).toEqual([4]);
    expect(last).toMatchObject({ comparing: true, lastKeyAsked: 5, knownKeys: keysText([1, 5, 6]) });
    expect(logged[0]).toMatch(/^WARN people: some rows of earlier syncs are missing from the list/);
  });

  test('is not requested if the test of single rows fails', async () => {
    const single = (): SingleRow => {
      throw new ConnectorError('transient_error', 'no answer');
    };
    const { asked, removed, last } = await read({ lists: [listed([1])], single }, synced([1, 2]));
    expect({ asked, removed }).toEqual({ asked: ['count', 'list', 1], removed: [] });
    expect(last).toMatchObject({ comparing: true, offersSingleRows: true, knownKeys: keysText([1, 2]) });
  });

  test('fails the stream if the token is refused', async () => {
    const single = (): SingleRow => {
      throw configError('The token is wrong.');
    };
    await expect(read({ lists: [listed([1])], single }, synced([1, 2]))).rejects.toThrow('The token is wrong.');
  });

  test('is one of at most 100 requested in one sync', async () => {
    const server = { lists: [listed([1])], single: offers(1) };
    const first = await read(server, synced(range(1, 251)));
    expect(first.removed).toEqual(range(2, 101));
    expect(first.last).toMatchObject({ comparing: true, lastKeyAsked: 101, nextComparisonAt: iso(NOW + HOUR) });
    const second = await read({ ...server, lists: [listed([1])], now: NOW + HOUR }, first.last);
    const third = await read({ ...server, lists: [listed([1])], now: NOW + 2 * HOUR }, second.last);
    expect(third.removed).toEqual(range(202, 251));
    expect(third.last).toEqual({ ...synced([1]), comparedAt: iso(NOW + 2 * HOUR) });
  });

  test('that was new less than two minutes ago is not requested, because a replica may lag', async () => {
    const changed = [[{ key: 2, created: NOW, modified: NOW }]];
    const first = await read({ changed, count: 2 }, synced([1]));
    expect(first.last).toMatchObject({ youngKeys: keysText([2]), youngKeysAt: iso(NOW) });
    const soon = await read({ now: NOW + 2 * MINUTE - 1, lists: [listed([1])] }, first.last);
    expect(soon.asked).toEqual(['count', 'list']);
    expect(soon.last).toMatchObject({ comparing: true, knownKeys: keysText([1, 2]), youngKeys: keysText([2]) });
    const later = await read({ now: NOW + 2 * MINUTE, lists: [listed([1])], single: offers(1) }, soon.last);
    expect(later.removed).toEqual([2]);
    expect(later.last).toMatchObject({ knownKeys: keysText([1]) });
    expect(later.last).not.toHaveProperty('youngKeys');
  });
});

describe('an empty list', () => {
  test.each<[unknown, number[]]>([
    [true, [1, 2]],
    [false, []],
    [undefined, []],
  ])('if single rows were offered before: %s, removes %j', async (offersSingleRows, removed) => {
    const { offersSingleRows: _, ...stored } = synced([1, 2]);
    const known = offersSingleRows === undefined ? stored : { ...stored, offersSingleRows: offersSingleRows === true };
    const found = await read({ lists: [[]], single: offers() }, known);
    expect(found.removed).toEqual(removed);
    expect(found.last?.offersSingleRows).toBe(offersSingleRows);
    expect(found.last).not.toHaveProperty('comparing');
    expect(found.logged.some((line) => /WARN .*Refresh and remove records/.test(line))).toBe(removed.length === 0);
  });

  test('of which one row exists is wrong: nothing is removed', async () => {
    const { removed, delivered, last, logged } = await read({ lists: [[]], single: offers(2) }, synced([1, 2, 3]));
    expect({ removed, delivered }).toEqual({ removed: [], delivered: [2] });
    expect(last).toMatchObject({ comparing: true, knownKeys: keysText([1, 2, 3]) });
    expect(logged[0]).toMatch(/^WARN people: the server answered with an empty list, but still has rows of it/);
  });

  test('of which every row exists is compared only once', async () => {
    const { last } = await read({ lists: [[]], single: offers(1, 2) }, synced([1, 2]));
    expect((await read({ count: 0 }, last)).asked).toEqual(['count']);
  });
});

describe('a server without single rows', () => {
  const single = (): SingleRow => 'gone';

  test('removes rows that are missing in two whole readings', async () => {
    const { asked, removed, last } = await read({ lists: [listed([3, 1]), listed([3, 1])], single }, synced([1, 2, 3]));
    expect(asked).toEqual(['count', 'list', 1, 3, 'list', 2]);
    expect(removed).toEqual([2]);
    expect(last).toMatchObject({ knownKeys: keysText([1, 3]), offersSingleRows: false });
  });

  test('asks for the missing rows if it has one of them as a single row', async () => {
    const lists = [listed([3, 1]), listed([3, 1])];
    const { removed, last } = await read({ lists, single: offers(2) }, synced([1, 2, 3, 4]));
    expect(removed).toEqual([4]);
    expect(last).toMatchObject({ knownKeys: keysText([1, 2, 3]), offersSingleRows: true });
  });

  test.each([
    ['have the row', listed([3, 2, 1])],
    ['have other rows', listed([3, 2])],
    ['are not settled', 'unsettled' as const],
  ])('removes nothing if later readings %s', async (_, second) => {
    const { removed, last } = await read({ lists: [listed([3, 1]), second], single }, synced([1, 2, 3]));
    expect(removed).toEqual([]);
    expect(last).toMatchObject({ comparing: true, nextComparisonAt: iso(NOW + HOUR), knownKeys: keysText([1, 2, 3]) });
  });

  test('removes nothing if many rows are missing, and does not compare again because of them', async () => {
    const found = await read({ lists: [listed(range(1, 80))], single }, synced(range(1, 100)));
    expect(found.removed).toEqual([]);
    expect(found.last).toMatchObject({ countOffset: -20, knownKeys: keysText(range(1, 100)) });
    expect(found.logged[0]).toMatch(
      /^WARN people: 20 of 100 rows of earlier syncs are missing from the list.*"Refresh and remove records"/,
    );
    expect((await read({ count: 80 }, found.last)).asked).toEqual(['count']);
  });
});

describe('a list that is too long', () => {
  test.each([
    ['more rows than a state can name', listed(range(1, KEYS_LIMIT + 1))],
    ['a key that is not a safe integer', listed([2 ** 60])],
  ])('with %s is read without comparisons, with one WARN', async (_, rows) => {
    const { last, logged, asked, delivered } = await read({ changed: [rows] });
    expect(delivered).toHaveLength(rows.length);
    expect(asked).toEqual([]);
    expect(last).toEqual({ modified: iso(OLD), newestRow: iso(OLD), hasTooManyKeys: true });
    expect(logged).toEqual([expect.stringMatching(/^WARN people: the list has more than 20000 rows/)]);
    const next = await read({}, last);
    expect({ asked: next.asked, last: next.last }).toEqual({ asked: [], last });
  });

  test('is also noticed during a comparison', async () => {
    const { last, removed } = await read({ lists: [listed(range(2, KEYS_LIMIT + 2))] }, synced([1]));
    expect(removed).toEqual([]);
    expect(last).toEqual({ modified: iso(OLD), newestRow: iso(OLD), hasTooManyKeys: true });
  });
});

test('without the field that marks a tombstone nothing is removed, keys stay known, and the comparison stays due', async () => {
  const fields = new Set(['id', 'name']);
  const { last, asked, logged } = await read({ changed: [listed([4])] }, synced([1, 2, 3]), { fields });
  expect(asked).toEqual([]);
  expect(last).toMatchObject({ knownKeys: keysText([1, 2, 3, 4]), comparing: true });
  expect(logged).toEqual([expect.stringMatching(/^WARN people: the field _ab_cdc_deleted_at is not selected/)]);
  const server = { lists: [listed([4, 1])], single: offers(1, 4) };
  const selected = await read(server, last, { fields: new Set([...fields, '_ab_cdc_deleted_at']) });
  expect(selected.removed).toEqual([2, 3]);
});
