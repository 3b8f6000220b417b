import { createServer } from 'node:http';
import { expect, test } from '@jest/globals';
import type { MockOptions } from '../mock-api/server.ts';
import type { JsonObject } from '../src/cdk/index.ts';
import { startApi } from './support/api.ts';
import { listen } from './support/listen.ts';
import { expected, keysOf, type StreamName } from './support/streams.ts';

const PER_PAGE = 200;
const TOTAL = 'x-pagination-total-count';
const PAGES = 'x-pagination-page-count';

interface ListAnswer {
  rows: JsonObject[];
  headers?: Record<string, string>;
  status?: number;
}

/** The answer to the `nth` request for a page. */
type List = (page: number, nth: number) => ListAnswer;

const rowsOf = (name: StreamName, count: number): JsonObject[] =>
  Array.from({ length: count }, (_, index) => ({ [expected(name).key]: count - index, name: 'row' }));

/** A list of `count` rows, newest first. `odd`: answers to requests that differ. */
function listOf(
  name: StreamName,
  count: number,
  headers: Record<string, string>,
  odd: (page: number, nth: number) => ListAnswer | undefined = () => undefined,
): List {
  const rows = rowsOf(name, count);
  return (page, nth) => odd(page, nth) ?? { rows: rows.slice((page - 1) * PER_PAGE, page * PER_PAGE), headers };
}

const again = { ...rowsOf('public_holidays', 249)[0], name: 'another name' };

const LISTS: {
  what: string;
  name: StreamName;
  list: List;
  rows?: number;
  warnings?: RegExp[];
  failure?: RegExp;
}[] = [
  {
    what: 'both counts are 0, as some servers send',
    name: 'people',
    list: listOf('people', 500, { [TOTAL]: '0', [PAGES]: '0' }),
    rows: 500,
    warnings: [
      /^people: Total-Count is 0, but 200 rows came\. That count is ignored, and the list is read until no new rows come\.$/,
    ],
  },
  {
    what: 'a key comes on two pages with different contents',
    name: 'public_holidays',
    list: listOf('public_holidays', 249, { [TOTAL]: '250', [PAGES]: '2' }, (page) =>
      page === 2 ? { rows: [again, ...rowsOf('public_holidays', 49)] } : undefined,
    ),
    rows: 249,
    warnings: [/Total-Count is 250, but only 249 different rows came/, /two different rows with the key/],
  },
  {
    what: 'page 2 is refused, and no count promises it',
    name: 'clients',
    list: listOf('clients', 400, {}, (page) => (page === 2 ? { rows: [], status: 404 } : undefined)),
    rows: 200,
  },
  {
    what: 'page 2 is refused once',
    name: 'holidays',
    list: listOf('holidays', 400, { [TOTAL]: '400', [PAGES]: '2' }, (page, nth) =>
      page === 2 && nth === 1 ? { rows: [], status: 404 } : undefined,
    ),
    rows: 400,
  },
  {
    what: 'page 2 is empty once',
    name: 'tasks',
    list: listOf('tasks', 600, { [TOTAL]: '600', [PAGES]: '3' }, (page, nth) =>
      page === 2 && nth === 1 ? { rows: [], headers: { [TOTAL]: '600', [PAGES]: '3' } } : undefined,
    ),
    rows: 600,
  },
  {
    what: 'page 2 is refused twice, and a count promises it',
    name: 'milestones',
    list: listOf('milestones', 400, { [TOTAL]: '400', [PAGES]: '2' }, (page) =>
      page === 2 ? { rows: [], status: 404 } : undefined,
    ),
    failure: /refused page 2 of milestones twice/,
  },
  {
    what: 'rows are promised, but none comes: overwrite mode would empty the table',
    name: 'departments',
    list: () => ({ rows: [], headers: { [TOTAL]: '5' } }),
    failure: /page 1 of departments/,
  },
  {
    what: 'page 1 comes for every page number',
    name: 'status',
    list: () => ({ rows: rowsOf('status', PER_PAGE) }),
    failure: /sends page 1 of status for every page number/,
  },
];

test('lists with wrong counts and pages are read whole, or fail with a reason', async () => {
  const asked = new Map<string, number>();
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://list.test');
    const nth = (asked.get(request.url ?? '') ?? 0) + 1;
    asked.set(request.url ?? '', nth);
    const found = LISTS.find(({ name }) => `/v3${expected(name).path}` === pathname);
    const { rows, headers, status = 200 } = found?.list(Number(searchParams.get('page')), nth) ?? { rows: [] };
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(rows));
  });
  const base_url = `http://127.0.0.1:${await listen(server)}/v3`;
  const api = await startApi();
  const run = await api.read(
    LISTS.map(({ name }) => name),
    { config: { base_url } },
  );
  for (const { what, name, rows, warnings = [], failure } of LISTS) {
    const isWhole = run.statuses(name).at(-1) === 'COMPLETE';
    expect({ what, isWhole }).toEqual({ what, isWhole: failure === undefined });
    if (failure !== undefined) {
      expect(run.failure(name).message).toMatch(failure);
      continue;
    }
    const ids = run.records(name).map(({ id }) => id);
    expect({ what, rows: ids.length, keys: new Set(ids).size }).toEqual({ what, rows, keys: rows });
    const logged = run.logs('WARN').filter((line) => line.startsWith(`${name}: `));
    expect(logged).toEqual(warnings.map((warning) => expect.stringMatching(warning)));
  }
  expect(run.failure('departments').failure_type).toBe('transient_error');
  expect(run.records('public_holidays')[0]).toMatchObject({ id: 249, name: 'row' });
});

test('an incremental read completes if the counts include rows that did not change, and its cursor stays', async () => {
  const server = createServer(({ url = '/' }, response) => {
    const { pathname, searchParams } = new URL(url, 'http://list.test');
    const isOfList = pathname === '/v3/logged-time';
    const isMissing = isOfList && searchParams.get('page') !== '1';
    const headers = isOfList ? { [TOTAL]: '500', [PAGES]: '3' } : {};
    response.writeHead(isMissing ? 404 : 200, { 'content-type': 'application/json', ...headers }).end('[]');
  });
  const base_url = `http://127.0.0.1:${await listen(server)}/v3`;
  const api = await startApi();
  const modified = new Date(Date.now() - 3_600_000).toISOString();
  const stream = { stream_descriptor: { name: 'logged_time' }, stream_state: { modified } };
  const state = [{ type: 'STREAM', stream }];
  const run = await api.read(['logged_time'], { mode: 'incremental', state, config: { base_url } });
  expect(run.code).toBe(0);
  expect(run.logs('WARN')).toEqual([expect.stringMatching(/^logged_time: page 1 was empty twice/)]);
  expect(Date.parse(String(run.lastState('logged_time').modified))).toBe(Date.parse(modified));
});

const SERVERS: ({ what: string } & MockOptions)[] = [
  { what: 'with counts' },
  { what: 'without counts', paginationHeaders: 'none', pastTheEnd: 'empty' },
];

test.each(SERVERS)(
  'while rows are deleted, inserted and edited before every response, no row that stays is lost or emitted twice: $what',
  async ({ what: _, ...options }) => {
    const names = ['tasks', 'logged_time', 'clients'] as const;
    const api = await startApi({ ...options, company: { counts: { tasks: 650, 'logged-time': 650, clients: 650 } } });
    const { company } = api;
    const before = new Map(names.map((name) => [name, keysOf(api, name)]));
    for (const name of names) {
      const { endpoint, path } = expected(name);
      const present = (indices: number[]) =>
        indices.flatMap((index) => before.get(name)?.[index] ?? []).filter((key) => company.find(endpoint, key));
      for (let nth = 1; nth < 14; nth += 1) {
        api.before(path, nth, () => {
          for (const key of present([nth * 3, nth * 47])) company.remove(endpoint, key);
          for (let inserted = 0; inserted < nth % 3; inserted += 1) company.insert(endpoint);
          for (const key of present([nth * 31])) company.update(endpoint, key, {});
        });
      }
    }
    const run = await api.read(names, { mode: 'incremental', state: [] });
    for (const name of names) {
      const ids = run.records(name).map(({ id }) => id);
      const delivered = new Set<unknown>(ids);
      const stayed = new Set<unknown>(keysOf(api, name));
      expect(before.get(name)?.filter((key) => stayed.has(key) && !delivered.has(key))).toEqual([]);
      expect(delivered.size).toBe(ids.length);
    }
  },
);
