import { expect, test } from '@jest/globals';
import type { EndpointName } from '../mock-api/endpoints.ts';
import type { Key } from '../mock-api/rows.ts';
import { type Api, type ApiOptions, startApi } from './support/api.ts';
import { atOnce } from './support/at-once.ts';
import { expected, type StreamName } from './support/streams.ts';

const PER_PAGE = 200;
const DAY = 24 * 3600 * 1000;

const keysOf = (api: Api, name: StreamName): Key[] =>
  api.company.rows(expected(name).endpoint).map((row) => row[expected(name).key] as Key);

/** Of the rows from the top of a list, by index. */
interface Change {
  readonly deleted?: number[];
  readonly inserted?: number;
  readonly edited?: number[];
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, n) => from + n);

function happen(api: Api, endpoint: EndpointName, keys: Key[], { deleted = [], inserted = 0, edited = [] }: Change) {
  const present = (indices: number[]) =>
    indices.flatMap((index) => keys[index] ?? []).filter((key) => api.company.find(endpoint, key));
  for (const key of present(deleted)) api.company.remove(endpoint, key);
  for (let n = 0; n < inserted; n += 1) api.company.insert(endpoint);
  for (const key of present(edited)) api.company.update(endpoint, key, { notes: 'edited' });
}

/** What happens just before which request of the list is answered. */
const MOVEMENTS: { what: string; changes: [nth: number, change: Change][] }[] = [
  { what: 'a row above is deleted', changes: [[2, { deleted: [3] }]] },
  { what: 'rows above and below are deleted', changes: [[3, { deleted: [1, 150, 399, 400, 401, 640] }]] },
  { what: 'more rows than a page holds are deleted above', changes: [[3, { deleted: range(0, 230) }]] },
  { what: 'the whole rest of the list is deleted', changes: [[3, { deleted: range(400, 650) }]] },
  { what: 'rows are inserted', changes: [[2, { inserted: 7 }]] },
  { what: 'more rows than a page holds are inserted', changes: [[3, { inserted: 230 }]] },
  { what: 'as many rows are inserted as are deleted', changes: [[2, { deleted: [3], inserted: 1 }]] },
  {
    what: 'as many are inserted as are deleted, again and again',
    changes: range(2, 8).map((nth) => [nth, { deleted: [nth, 100 + nth, 300 + nth], inserted: 3 }]),
  },
  { what: 'rows are edited', changes: [[2, { edited: [0, 210, 500] }]] },
  {
    what: 'something happens before every answer',
    changes: range(1, 14).map((nth) => [nth, { deleted: [nth * 3, nth * 47], inserted: nth % 3, edited: [nth * 31] }]),
  },
];

const LISTS: { stream: StreamName; options: ApiOptions }[] = [
  { stream: 'tasks', options: { company: { counts: { tasks: 650 } } } },
  { stream: 'tasks', options: { company: { counts: { tasks: 650 } }, paginationHeaders: 'per-page-only' } },
  { stream: 'logged_time', options: { company: { counts: { 'logged-time': 650 } }, dialect: 'neutral' } },
  { stream: 'clients', options: { company: { counts: { clients: 650 } } } },
  {
    stream: 'clients',
    options: { company: { counts: { clients: 650 } }, paginationHeaders: 'none', pastTheEnd: 'empty' },
  },
];

test.each(LISTS)(
  'while rows of $stream move, no row that stays in the list is lost or emitted twice: $options',
  async ({ stream, options }) => {
    const everyRow = async ({ changes }: (typeof MOVEMENTS)[number]): Promise<void> => {
      const api = await startApi(options);
      const { endpoint, path } = expected(stream);
      const keys = keysOf(api, stream);
      for (const [nth, change] of changes) api.before(path, nth, () => happen(api, endpoint, keys, change));
      const run = await api.read([stream], { mode: 'incremental', state: [] });
      const ids = run.records(stream).map(({ id }) => id as Key);
      const present = new Set(keysOf(api, stream));
      const delivered = new Set(ids);
      expect(keys.filter((key) => present.has(key) && !delivered.has(key))).toEqual([]);
      expect(ids).toHaveLength(delivered.size);
    };
    await atOnce(MOVEMENTS, everyRow)();
  },
);

test(
  'while changed rows are read, more rows change: none is lost',
  atOnce(
    [
      { what: 'a short list', rows: 450 },
      { what: 'a long list', rows: 1_300 },
    ],
    async ({ rows }) => {
      const api = await startApi({ company: { counts: { 'logged-time': rows } } });
      const keys = keysOf(api, 'logged_time');
      const recent = keys.filter((_, index) => index % 4 !== 0);
      for (const key of recent) api.company.update('logged-time', key, { notes: 'edited' });
      const since = new Date(Date.now() - DAY / 2).toISOString();
      const state = [
        { type: 'STREAM', stream: { stream_descriptor: { name: 'logged_time' }, stream_state: { modified: since } } },
      ];
      // Old rows enter by an edit, in the place of those that go.
      for (const nth of [2, 3]) {
        const change = { deleted: [nth, 40 + nth, 200 + nth], edited: [204, 4 * (rows >> 3), 4 * (rows >> 3) + 4] };
        api.before('/logged-time', nth, () => happen(api, 'logged-time', keys, change));
      }
      const run = await api.read(['logged_time'], { mode: 'incremental', state });
      const present = new Set(keysOf(api, 'logged_time'));
      const delivered = new Set(run.records('logged_time').map(({ id }) => id as Key));
      expect(recent.filter((key) => present.has(key) && !delivered.has(key))).toEqual([]);
    },
  ),
);

const STILL: { what: string; rows: number; options?: ApiOptions; requests: number }[] = [
  { what: 'an empty list', rows: 0, requests: 1 },
  { what: 'a full page', rows: PER_PAGE, requests: 1 },
  { what: 'a row more', rows: PER_PAGE + 1, requests: 2 },
  { what: 'a multiple of a page', rows: 4 * PER_PAGE, requests: 4 },
  { what: 'a list that ends within a page', rows: 1_001, requests: 6 },
];

test(
  'without movement, a list needs one request for each page, and an empty list one',
  atOnce(STILL, async ({ rows, requests, options }) => {
    const counts = { tasks: rows, clients: rows, 'logged-time': rows };
    const api = await startApi({ ...options, company: { counts } });
    const run = await api.read(['tasks', 'clients', 'logged_time'], { mode: 'incremental', state: [] });
    for (const name of ['tasks', 'clients', 'logged_time'] as const) {
      expect(run.records(name)).toHaveLength(rows);
      expect({ name, requests: api.requestsTo(expected(name).path).length }).toEqual({ name, requests });
    }
  }),
);

test('without counts, a list needs at most three more requests', async () => {
  const rows = 1_001;
  const api = await startApi({ paginationHeaders: 'none', company: { counts: { tasks: rows } } });
  const run = await api.read(['tasks']);
  expect(run.records('tasks')).toHaveLength(rows);
  expect(api.requestsTo('/tasks').length).toBeLessThanOrEqual(Math.ceil(rows / PER_PAGE) + 3);
});

test('a list in another order is read until it stops changing', async () => {
  const api = await startApi();
  const rows = (ids: number[]) => JSON.stringify(ids.map((client_id) => ({ client_id })));
  const headers = { 'x-pagination-total-count': '400', 'x-pagination-page-count': '2' };
  const page = (ids: number[]) => ({ kind: 'answer' as const, status: 200, headers, body: rows(ids) });
  const ascending = range(1, 401);
  // The row 200 slips over the edge: one above it was deleted, and another one came at the end.
  const moved = [...ascending.filter((id) => id !== 7), 401];
  api.script(
    '/clients',
    page(ascending.slice(0, PER_PAGE)),
    page(moved.slice(PER_PAGE)),
    page(moved.slice(0, PER_PAGE)),
    page(moved.slice(PER_PAGE)),
    page(moved.slice(0, PER_PAGE)),
    page(moved.slice(PER_PAGE)),
  );
  const run = await api.read(['clients']);
  const ids = run.records('clients').map(({ id }) => Number(id));
  expect(new Set(ids)).toEqual(new Set([...ascending, 401]));
  expect(ids).toHaveLength(401);
});
