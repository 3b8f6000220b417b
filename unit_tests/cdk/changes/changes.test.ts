import { describe, expect, test } from '@jest/globals';
import type { DeleteLog, Deletion, SingleRow } from '../../../src/cdk/changes/delete-log.ts';
import type { JsonObject } from '../../../src/cdk/index.ts';
import type { Part } from '../../../src/cdk/lists/page-walk.ts';
import type { Resume } from '../../../src/cdk/lists/position.ts';
import { HOUR, iso, MINUTE, NOW, partOf, readOnce } from './read.ts';

const AT_NOW = { earlier: NOW, later: NOW };

interface Server {
  /** Pages of the list, each with the keys and stamps of its rows. */
  pages?: (readonly [key: number, stamp: number][] | 'rows may be missing')[];
  deletions?: Deletion[];
  stoppedBecause?: string;
  /** Total-Count. Default: the number of rows. */
  totalCount?: number | undefined;
  /** Whether Page-Count contradicts Total-Count. */
  pageCountDiffers?: boolean;
  /** The pages of a second reading. */
  pagesAgain?: (readonly [key: number, stamp: number][])[];
  /** A request for another single row fails the test. */
  singleRows?: Record<number, SingleRow>;
}

/** Reads a stream with a Delete Log. `asked`: since when rows were requested; `resumed`: from where. */
async function read(server: Server, stored?: JsonObject, startDate?: string) {
  const asked: (string | undefined)[] = [];
  const resumed: (Resume | undefined)[] = [];
  async function* walk(since: string | undefined, resume: Resume | undefined): AsyncGenerator<Part> {
    asked.push(since);
    resumed.push(resume);
    const pages = asked.length > 1 ? (server.pagesAgain ?? server.pages ?? [[]]) : (server.pages ?? [[]]);
    const { totalCount = pages.flat().length, pageCountDiffers = false } = server;
    const agreedTotal = pageCountDiffers ? undefined : totalCount;
    for (const [index, page] of pages.entries()) {
      const mayMissRows = page === 'rows may be missing';
      const rows = mayMissRows ? [] : page.map(([task_id, stamp]) => ({ task_id, modified: iso(stamp) }));
      const position = { lastKey: 1_000 - index, rowsRead: index, trustedCounts: false };
      yield partOf(rows, NOW, { totalCount, agreedTotal, position, mayMissRows });
    }
  }
  const log: DeleteLog = { deletions: server.deletions ?? [], clocks: AT_NOW, stoppedBecause: server.stoppedBecause };
  const deleteLog = {
    retentionMs: 72 * HOUR,
    read: async () => log,
    getRow: async (key: number | string): Promise<SingleRow> => {
      const answer = server.singleRows?.[Number(key)];
      if (answer === undefined) throw new Error(`${key} was asked for`);
      return answer;
    },
  };
  const stream = { name: 'tasks', nativeKey: 'task_id', walk, deleteLog, keys: undefined };
  return { ...(await readOnce(stream, { stored, selection: { startDate } })), asked, resumed };
}

const SYNCED = { modified: iso(NOW - 5 * HOUR), newestRow: iso(NOW - 5 * HOUR), deletionsSince: iso(NOW - 6 * HOUR) };

describe('entries of the Delete Log', () => {
  test('of a first read are marked in its first STATE, back to the position, and emit nothing', async () => {
    const deletions = [
      { key: 1, time: NOW - 50 * HOUR },
      { key: 2, time: NOW - 30 * MINUTE },
    ];
    const { tombstones, states, last } = await read({ deletions, pages: [[[3, NOW - 9 * HOUR]]] });
    expect(tombstones).toEqual([]);
    const marked = { deletionsSince: iso(NOW - HOUR), handledDeletions: [[2, NOW - 30 * MINUTE]] };
    expect(states[0]).toMatchObject(marked);
    expect(last).toEqual({ modified: iso(NOW - 9 * HOUR), newestRow: iso(NOW - 9 * HOUR), ...marked });
  });

  test('are marked as handled only after their tombstones', async () => {
    const deletions = [{ key: 1, time: NOW - 30 * MINUTE }];
    const pages = Array.from({ length: 6 }, (_, page): [number, number][] => [[900 - page, NOW - 4 * HOUR]]);
    const { events, states } = await read({ deletions, pages }, SYNCED);
    const position = events.findIndex((event) => 'rows' in event && event.rows.some(({ id }) => id === 1));
    const marks = events.map((event) => 'state' in event && event.state.handledDeletions !== undefined);
    expect(position).toBe(events.length - 2);
    expect(marks.indexOf(true)).toBe(events.length - 1);
    expect(states.slice(0, -1).map(({ deletionsSince }) => deletionsSince)).toEqual([SYNCED.deletionsSince]);
  });

  test('make the read request rows from an hour before the oldest open entry', async () => {
    const open = { key: 1, time: NOW - 5.5 * HOUR };
    const handled = { key: 2, time: NOW - 5.9 * HOUR };
    const old = { key: 3, time: NOW - 7 * HOUR };
    const stored = { ...SYNCED, handledDeletions: [[2, handled.time]] };
    expect((await read({ deletions: [open, handled, old] }, stored)).asked).toEqual([iso(open.time - HOUR)]);
    expect((await read({ deletions: [handled, old] }, stored)).asked).toEqual([SYNCED.modified]);
    const pending = { ...stored, pendingDeletions: [[9, NOW - 40 * HOUR]] };
    const { asked } = await read({ deletions: [handled], singleRows: { 9: 'gone' } }, pending);
    expect(asked).toEqual([iso(NOW - 41 * HOUR)]);
  });

  test('count from an hour before the cursor if the state has no log position', async () => {
    const deletions = [
      { key: 1, time: NOW - 5.9 * HOUR },
      { key: 2, time: NOW - 6.1 * HOUR },
    ];
    const { removed } = await read({ deletions }, { modified: SYNCED.modified });
    expect(removed).toEqual([1]);
  });

  test.each([
    [71.9, 0],
    [72.1, 1],
  ])('may be missing if the log was read %d hours ago: %i warnings', async (hours, warnings) => {
    // The position is an hour before the read.
    const { logged } = await read({}, { ...SYNCED, deletionsSince: iso(NOW - (hours + 1) * HOUR) });
    expect(logged.filter((line) => line.includes('was last read more than 72 hours ago'))).toHaveLength(warnings);
  });

  test('of one key emit one tombstone, with the latest time', async () => {
    const deletions = [5, 3, 4].map((hours) => ({ key: 7, time: NOW - hours * HOUR }));
    const { tombstones } = await read({ deletions }, SYNCED);
    expect(tombstones).toEqual([{ id: 7, task_id: 7, modified: iso(NOW), _ab_cdc_deleted_at: iso(NOW - 3 * HOUR) }]);
  });

  test('emit tombstones no earlier than the attempt that emits them', async () => {
    const readInProgress = { startedAt: iso(NOW - 3 * HOUR), since: SYNCED.modified };
    const { tombstones } = await read({ deletions: [{ key: 7, time: NOW - HOUR }] }, { ...SYNCED, readInProgress });
    expect(tombstones[0]?.modified).toBe(iso(NOW));
  });

  test('of a log that did not end are handled, and the position stays', async () => {
    const deletions = [{ key: 7, time: NOW - 5 * HOUR }];
    const { tombstones, last, logged } = await read({ deletions, stoppedBecause: 'does not end' }, SYNCED);
    expect(tombstones.map(({ id }) => id)).toEqual([7]);
    expect(last).toMatchObject({ deletionsSince: SYNCED.deletionsSince, handledDeletions: [[7, NOW - 5 * HOUR]] });
    expect(logged).toEqual([expect.stringMatching(/^WARN tasks: the Delete Log does not end\./)]);
  });

  test('emit tombstones that are not older than the newest row ever read', async () => {
    const deletions = [{ key: 7, time: NOW - HOUR }];
    const ofState = await read({ deletions }, { ...SYNCED, newestRow: iso(NOW + 20 * HOUR) });
    expect(ofState.tombstones[0]?.modified).toBe(iso(NOW + 20 * HOUR));
    const ofRead = await read({ deletions, pages: [[[8, NOW + 3 * HOUR]]] }, SYNCED);
    expect(ofRead.tombstones[0]?.modified).toBe(iso(NOW + 3 * HOUR));
    expect(ofRead.last).toMatchObject({ newestRow: iso(NOW + 3 * HOUR), modified: iso(NOW - 2 * MINUTE) });
  });

  test.each<[string, SingleRow, number[]]>([
    ['gone', 'gone', [7]],
    ['unknown', 'unknown', [7]],
    ['living', { row: { task_id: 7, modified: iso(NOW - 9 * HOUR) } }, []],
  ])('that are pending are decided by a request for the single row: %s', async (_, answer, ids) => {
    const stored = { ...SYNCED, pendingDeletions: [[7, NOW - 4 * HOUR]] };
    const { removed, last, rows } = await read({ singleRows: { 7: answer } }, stored);
    expect(removed).toEqual(ids);
    expect(rows).toHaveLength(1);
    expect(last).not.toHaveProperty('pendingDeletions');
  });

  test('that are pending are handled without a request if their row comes', async () => {
    const stored = { ...SYNCED, pendingDeletions: [[7, NOW - 4 * HOUR]] };
    // Without `singleRows`, a request for a single row fails.
    const { tombstones, last } = await read({ pages: [[[7, NOW - HOUR]]] }, stored);
    expect(tombstones).toEqual([]);
    expect(last).not.toHaveProperty('pendingDeletions');
  });

  test('lead to at most 100 requests for single rows', async () => {
    const pendingDeletions = Array.from({ length: 130 }, (_, key) => [key, NOW - 4 * HOUR]);
    const singleRows = Object.fromEntries(pendingDeletions.map(([key]) => [key, 'gone' as const]));
    const { tombstones, last } = await read({ singleRows }, { ...SYNCED, pendingDeletions });
    expect(tombstones).toHaveLength(100);
    expect(last?.pendingDeletions).toEqual(pendingDeletions.slice(100));
  });
});

describe('before a tombstone is emitted, rows are read again unless a count proves that all came', () => {
  const deletions = [{ key: 7, time: NOW - HOUR }];
  const row = (key: number): [number, number] => [key, NOW - 2 * HOUR];

  test.each<[string, Server, number]>([
    ['the count includes no missing row', { pages: [[row(8)]], totalCount: 1 }, 1],
    ['Page-Count contradicts it', { pages: [[row(8)]], totalCount: 1, pageCountDiffers: true }, 2],
    ['the count promises more rows', { pages: [[row(8)]], totalCount: 2 }, 2],
    ['the count promises no row', { pages: [[row(8)]], totalCount: 0 }, 2],
    ['the row came', { pages: [[row(7)]], totalCount: 9 }, 1],
  ])('%s: readings', async (what, server, readings) => {
    const { asked, tombstones } = await read({ deletions, ...server, singleRows: { 7: 'gone' } }, SYNCED);
    expect(asked).toHaveLength(readings);
    expect(tombstones).toHaveLength(what === 'the row came' ? 0 : 1);
  });

  test('if the row comes in the second reading, it is emitted and its entry is pending', async () => {
    const server = { deletions, pages: [[row(8)]], totalCount: 2, pagesAgain: [[row(8), row(7)]] };
    const { rows, last } = await read(server, SYNCED);
    expect(rows.map(({ task_id }) => task_id)).toEqual([8, 7]);
    expect(last).toMatchObject({ pendingDeletions: [[7, NOW - HOUR]], modified: SYNCED.modified });
    expect(last).toMatchObject({ deletionsSince: SYNCED.deletionsSince });
  });

  test('if the second reading has another row, the cursor does not move', async () => {
    const server = { deletions, pages: [[row(8)]], totalCount: 2, pagesAgain: [[row(6)]] };
    const { last, logged } = await read({ ...server, singleRows: { 7: 'gone', 8: { row: { task_id: 8 } } } }, SYNCED);
    expect(last).toMatchObject({ modified: SYNCED.modified, deletionsSince: SYNCED.deletionsSince });
    expect(logged).toEqual([expect.stringContaining('returned 1 row, the second 1. 1 row came only in the second.')]);
  });

  test('if no reading has the row but its single request answers 200, it is emitted', async () => {
    const living = { row: { task_id: 7, modified: iso(NOW - 20 * HOUR) } };
    const server = { deletions, pages: [[row(8)]], totalCount: 2, singleRows: { 7: living } };
    const { rows, tombstones } = await read(server, SYNCED);
    expect(tombstones).toEqual([]);
    expect(rows).toContain(living.row);
  });
});

describe('if rows may be missing', () => {
  test('neither cursor nor log position moves, and only a row that itself answers 404 gets a tombstone', async () => {
    const deletions = [1, 2, 3, 4].map((key) => ({ key, time: NOW - 30 * MINUTE }));
    const living = { row: { task_id: 2, modified: iso(NOW - 20 * HOUR) } };
    const { tombstones, rows, last } = await read(
      {
        deletions,
        pages: [[[4, NOW - MINUTE]], 'rows may be missing'],
        singleRows: { 1: 'gone', 2: living, 3: 'unknown', 4: { row: { task_id: 4 } } },
      },
      SYNCED,
    );
    expect(tombstones.map(({ id }) => id)).toEqual([1]);
    expect(rows).toContain(living.row);
    expect(last).toMatchObject({
      modified: SYNCED.modified,
      deletionsSince: SYNCED.deletionsSince,
      handledDeletions: [1, 2].map((key) => [key, NOW - 30 * MINUTE]),
      pendingDeletions: [[4, NOW - 30 * MINUTE]],
    });
  });

  test('a 404 is not trusted on a server that answers 404 for a row that the list contains', async () => {
    const { tombstones, last } = await read(
      {
        deletions: [{ key: 1, time: NOW - 30 * MINUTE }],
        pages: [[[4, NOW - MINUTE]], 'rows may be missing'],
        singleRows: { 1: 'gone', 4: 'gone' },
      },
      SYNCED,
    );
    expect(tombstones).toEqual([]);
    expect(last).toMatchObject({ deletionsSince: SYNCED.deletionsSince });
    expect(last).not.toHaveProperty('handledDeletions');
  });

  test.each<[string, [number, number][][], Record<number, SingleRow>, number[]]>([
    ['that answers 404', [[[4, 0]]], { 1: 'gone', 4: 'gone' }, []],
    ['that answers 200', [[[4, 0]]], { 1: 'gone', 4: { row: {} } }, [1]],
    ['if it has one', [[]], { 1: 'gone' }, []],
  ])('and none came, a 404 is tested with a row of the whole list, %s', async (_, pagesAgain, singleRows, ids) => {
    const deletions = [{ key: 1, time: NOW - 30 * MINUTE }];
    const server = { deletions, pages: ['rows may be missing' as const], pagesAgain, singleRows };
    const { removed, asked } = await read(server, SYNCED);
    expect(removed).toEqual(ids);
    expect(asked).toEqual([SYNCED.modified, undefined]);
  });

  test('a first read ends without a cursor, but with a log position', async () => {
    const { last } = await read({ pages: ['rows may be missing'] }, undefined, iso(NOW - 90 * HOUR));
    expect(last).toEqual({ deletionsSince: iso(NOW - HOUR) });
  });

  test('no checkpoint makes a later attempt skip them', async () => {
    const pages = Array.from({ length: 11 }, (): 'rows may be missing' => 'rows may be missing');
    const { states } = await read({ pages }, SYNCED);
    expect(states).toHaveLength(1);
  });
});

describe('a read that was interrupted', () => {
  const readInProgress = {
    startedAt: iso(NOW - 3 * HOUR),
    since: SYNCED.modified,
    newestRow: iso(NOW - 4 * HOUR),
    position: { lastKey: 5, rowsRead: 10, trustedCounts: false },
  };

  test('is continued, then changes since its start are read; the log is read once, before both', async () => {
    const deletions = [{ key: 7, time: NOW - HOUR }];
    const { asked, resumed, states, last, events } = await read(
      { deletions, pages: [[[3, NOW - 5 * HOUR]]] },
      { ...SYNCED, readInProgress },
    );
    expect(asked).toEqual([SYNCED.modified, iso(NOW - 4 * HOUR)]);
    expect(resumed).toEqual([{ position: readInProgress.position, startedAt: NOW - 3 * HOUR }, undefined]);
    // The cursor of the first attempt's beginning; the log position waits for the tombstones.
    expect(states[0]).toEqual({ ...SYNCED, modified: iso(NOW - 4 * HOUR), newestRow: iso(NOW - 4 * HOUR) });
    expect(last?.deletionsSince).toBe(iso(NOW - HOUR));
    expect(events).toHaveLength(5);
  });

  test('without a position keeps its start time and is read once', async () => {
    const { position: _, ...beginning } = readInProgress;
    const { asked, last } = await read({ pages: [[[3, NOW - MINUTE]]] }, { ...SYNCED, readInProgress: beginning });
    expect(asked).toEqual([SYNCED.modified]);
    expect(last?.modified).toBe(iso(NOW - 3 * HOUR - 3 * MINUTE));
  });

  test('is not continued if it did not request all rows that are needed now', async () => {
    const later = { ...readInProgress, since: iso(NOW - 2 * HOUR) };
    expect((await read({}, { ...SYNCED, readInProgress: later })).asked).toEqual([SYNCED.modified]);
    const first = { deletionsSince: SYNCED.deletionsSince, readInProgress: later };
    expect((await read({}, first, iso(NOW - 9 * HOUR))).asked).toEqual([iso(NOW - 9 * HOUR)]);
    expect((await read({}, first)).asked).toEqual([undefined]);
  });
});

test('a row with a new newest stamp is emitted only after a STATE with that stamp', async () => {
  const pages: [number, number][][] = [[[3, NOW - HOUR]], [[2, NOW + MINUTE]], [[1, NOW]], [[0, NOW + 2 * MINUTE]]];
  const { events } = await read({ pages }, SYNCED);
  const seen = events.map((event) => ('rows' in event ? event.rows[0]?.task_id : event.state.newestRow));
  expect(seen).toEqual([3, iso(NOW + MINUTE), 2, 1, iso(NOW + 2 * MINUTE), 0, iso(NOW + 2 * MINUTE)]);
});

test('a checkpoint is written after the rows before its position', async () => {
  const pages = Array.from({ length: 20 }, (_, page): [number, number][] => [[900 - page, NOW - 4 * HOUR]]);
  const { events } = await read({ pages }, SYNCED);
  const isCheckpoint = (event: JsonObject): boolean => JSON.stringify(event).includes('"position"');
  const checkpoint = events.findIndex((event) => isCheckpoint(event));
  const rowsBefore = events.slice(0, checkpoint).filter((event) => 'rows' in event);
  expect(events[checkpoint]).toMatchObject({
    state: { readInProgress: { position: { rowsRead: rowsBefore.length - 1 } } },
  });
});
