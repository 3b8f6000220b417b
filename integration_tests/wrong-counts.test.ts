import { expect, test } from '@jest/globals';
import type { JsonObject } from '../src/cdk/index.ts';
import { atOnce } from './support/at-once.ts';
import { type List, readFrom } from './support/list-server.ts';
import type { StreamName } from './support/streams.ts';

const LONG_AGO = '2026-01-05 08:00:00';

/** Keys from the newest to the oldest, from the oldest, or in an order that follows no rule. */
const newest = (rows: number): number[] => Array.from({ length: rows }, (_, index) => 10 * (rows - index));
const oldest = (rows: number): number[] => newest(rows).reverse();
const scattered = (rows: number): number[] => oldest(rows).map((_, index) => 1 + ((index * 197) % 1_009));

const KEYS: Partial<Record<StreamName, string>> = {
  people: 'people_id',
  clients: 'client_id',
  public_holidays: 'id',
  tasks: 'task_id',
};

function rowOf(stream: StreamName, key: number): JsonObject {
  const stamps = stream === 'people' || stream === 'tasks' ? { created: LONG_AGO, modified: LONG_AGO } : {};
  const region = stream === 'public_holidays' ? { region: 3 } : {};
  return { [KEYS[stream] ?? 'id']: key, name: `row ${key}`, ...region, ...stamps };
}

interface Case {
  readonly what: string;
  readonly stream: StreamName;
  readonly keys: readonly number[];
  /** Rows of a page: as many as asked for unless the server has its own mind. */
  readonly size?: (perPage: number) => number;
  readonly headers?: (page: number, rows: number) => Record<string, string | number>;
  /** What page the server takes a page for. */
  readonly page?: (page: number) => number;
  readonly requests?: number;
}

const total = 'x-pagination-total-count';
const pages = 'x-pagination-page-count';

const WHOLE: readonly Case[] = [
  {
    what: 'both counts are 0 on each page, newest first',
    stream: 'people',
    keys: newest(500),
    headers: () => ({ [total]: 0, [pages]: 0 }),
  },
  {
    what: 'both counts are 0 on each page, oldest first',
    stream: 'clients',
    keys: oldest(500),
    headers: () => ({ [total]: 0, [pages]: 0 }),
  },
  {
    what: 'at most 50 a page, both counts right, no Per-Page',
    stream: 'people',
    keys: newest(400),
    size: () => 50,
    headers: () => ({ [total]: 400, [pages]: 8 }),
    requests: 8,
  },
  {
    what: 'at most 100 a page, only Page-Count',
    stream: 'people',
    keys: newest(400),
    size: () => 100,
    headers: () => ({ [pages]: 4 }),
  },
  {
    what: 'no order, pages of 10, Page-Count 0, Current-Page counted from 0',
    stream: 'clients',
    keys: scattered(350),
    size: () => 10,
    headers: (page) => ({ [pages]: 0, 'x-pagination-current-page': page - 1 }),
  },
  {
    what: 'one key on two pages of a list that never changes',
    stream: 'public_holidays',
    keys: [...newest(249).slice(0, 220), ...newest(249).slice(0, 1), ...newest(249).slice(220)],
    headers: () => ({ [total]: 250, [pages]: 2, 'x-pagination-per-page': 200 }),
    requests: 6,
  },
  {
    what: 'Total-Count is that of the page',
    stream: 'tasks',
    keys: newest(450),
    headers: (_, rows) => ({ [total]: rows }),
  },
  {
    what: 'Page-Count is always 1',
    stream: 'tasks',
    keys: newest(401),
    headers: () => ({ [pages]: 1, [total]: 401 }),
  },
  {
    what: 'Total-Count is 1 too large and Page-Count is missing',
    stream: 'clients',
    keys: newest(430),
    headers: () => ({ [total]: 431 }),
  },
  {
    what: 'every page has 37 rows whatever is asked for, no header at all',
    stream: 'people',
    keys: newest(370),
    size: () => 37,
  },
  {
    what: 'per-page 200 gives 200, any other 25',
    stream: 'people',
    keys: newest(460),
    size: (perPage) => (perPage === 200 ? 200 : 25),
  },
  {
    what: 'past the end the first page comes again',
    stream: 'clients',
    keys: oldest(260),
    page: (page) => (page <= 2 ? page : 1),
  },
  {
    what: 'past the end the last page comes again, and the counts are those of an empty list',
    stream: 'tasks',
    keys: newest(400),
    headers: () => ({ [total]: 0, [pages]: 0 }),
    page: (page) => Math.min(page, 2),
  },
];

test(
  'a list is read completely, whatever its counts say',
  atOnce(WHOLE, async ({ stream, keys, size, headers = () => ({}), page: taken, requests }) => {
    const list: List = ({ page, perPage }) => {
      const [number, length] = [taken?.(page) ?? page, size?.(perPage) ?? perPage];
      const rows = keys.slice((number - 1) * length, number * length).map((key) => rowOf(stream, key));
      return { rows, headers: headers(page, rows.length) };
    };
    const { run, requests: made } = await readFrom(list, stream);
    const ids = run.records(stream).map(({ id }) => Number(id));
    expect(new Set(ids)).toEqual(new Set(keys));
    expect(ids).toHaveLength(new Set(keys).size);
    expect(run.statuses(stream).at(-1)).toBe('COMPLETE');
    expect(run.code).toBe(0);
    if (requests !== undefined) expect(made).toBe(requests);
  }),
);

test('counts that contradict the rows cause one WARN', async () => {
  const rows = newest(500).map((key) => rowOf('people', key));
  const list: List = ({ page, perPage }) => ({
    rows: rows.slice((page - 1) * perPage, page * perPage),
    headers: { [total]: 0, [pages]: 0 },
  });
  const { run } = await readFrom(list, 'people');
  expect(run.logs('WARN')).toEqual([
    'people: Total-Count is 0, but 200 rows came. That count is ignored, and the list is read until no new rows come.',
  ]);
});

test('a key on two pages with different contents causes a WARN, and the first row is emitted', async () => {
  const rows = newest(249).map((key) => rowOf('public_holidays', key));
  rows.splice(220, 0, { ...rows[0], name: 'another name' });
  const list: List = ({ page, perPage }) => ({
    rows: rows.slice((page - 1) * perPage, page * perPage),
    headers: { [total]: 250, [pages]: 2 },
  });
  const { run } = await readFrom(list, 'public_holidays');
  expect(run.records('public_holidays')).toHaveLength(249);
  expect(run.records('public_holidays').find(({ id }) => id === 2490)).toMatchObject({ name: 'row 2490' });
  expect(run.logs('WARN')).toEqual([
    expect.stringContaining('promises 250 rows, but only 249 came'),
    expect.stringContaining('two different rows with the key'),
  ]);
});

test(
  'a list that promises rows but sends none fails, so that overwrite mode does not empty the table',
  atOnce(
    [
      { what: 'Total-Count 5', headers: { [total]: 5 } },
      { what: 'Page-Count 3', headers: { [pages]: 3 } },
      { what: 'both', headers: { [total]: 450, [pages]: 3 } },
    ],
    async ({ headers }) => {
      const { run } = await readFrom(() => ({ rows: [], headers }), 'people');
      expect(run.statuses('people').at(-1)).toBe('INCOMPLETE');
      expect(run.failure('people')).toMatchObject({ failure_type: 'transient_error' });
      expect(run.failure('people').message).toContain('page 1 of people');
      expect(run.code).toBe(1);
    },
  ),
);

test('a page that is empty once is requested again', async () => {
  const rows = newest(600).map((key) => rowOf('tasks', key));
  const list: List = ({ page, perPage, nth }) => ({
    rows: page === 2 && nth === 1 ? [] : rows.slice((page - 1) * perPage, page * perPage),
    headers: { [total]: 600, [pages]: 3 },
  });
  const { run } = await readFrom(list, 'tasks');
  expect(run.records('tasks')).toHaveLength(600);
  expect(run.code).toBe(0);
});

test('a server that always sends page 1 fails the stream', async () => {
  const rows = newest(200).map((key) => rowOf('people', key));
  const { run, requests } = await readFrom(
    ({ perPage }: { perPage: number }) => ({ rows: rows.slice(0, perPage) }),
    'people',
  );
  expect(run.statuses('people').at(-1)).toBe('INCOMPLETE');
  expect(run.failure('people').message).toContain('sends page 1 of people for every page number');
  expect(requests).toBeLessThan(12);
});

test(
  'from page 2 on, a page that is refused twice is the end, and one that is refused once is not',
  atOnce(
    [
      { what: '404, no counts', status: 404, headers: {}, once: false, rows: 200 },
      { what: '422, no counts', status: 422, headers: {}, once: false, rows: 200 },
      { what: 'a single 404', status: 404, headers: { [total]: 400, [pages]: 2 }, once: true, rows: 400 },
    ],
    async ({ status, headers, once, rows: delivered }) => {
      const rows = newest(400).map((key) => rowOf('clients', key));
      const list: List = ({ page, perPage, nth }) =>
        page === 2 && (!once || nth === 1)
          ? { rows: [], status }
          : { rows: rows.slice((page - 1) * perPage, page * perPage), headers };
      const { run } = await readFrom(list, 'clients');
      expect(run.records('clients')).toHaveLength(delivered);
      expect(run.code).toBe(0);
    },
  ),
);

test('a page that a count promises and that is refused twice fails the stream', async () => {
  const rows = newest(400).map((key) => rowOf('clients', key));
  const list: List = ({ page, perPage }) =>
    page === 2
      ? { rows: [], status: 404 }
      : { rows: rows.slice((page - 1) * perPage, page * perPage), headers: { [total]: 400, [pages]: 2 } };
  const { run } = await readFrom(list, 'clients');
  expect(run.statuses('clients').at(-1)).toBe('INCOMPLETE');
  expect(run.code).toBe(1);
});
