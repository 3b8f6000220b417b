import { expect, test } from '@jest/globals';
import type { RefusesExpansions } from '../mock-api/lists.ts';
import type { JsonObject } from '../src/cdk/index.ts';
import { type Api, startApi } from './support/api.ts';
import { Destination } from './support/destination.ts';
import { expected, STREAM_NAMES, type StreamName } from './support/streams.ts';

/** Streams with expansions → these, in the order in which they are asked for. */
const EXPANDED = Object.fromEntries(
  STREAM_NAMES.flatMap((name) => {
    const names = expected(name).query.expand?.split(',') ?? [];
    return names.length === 0 ? [] : [[name, names] as const];
  }),
) as Partial<Record<StreamName, string[]>>;

const EXPANDED_STREAMS = Object.keys(EXPANDED) as StreamName[];

/** `page expansions` of each request to a stream's list. */
const asked = (api: Api, name: StreamName): string[] =>
  api.requestsTo(expected(name).path).map(({ query }) => `${query.page} ${query.expand ?? '-'}`);

const refusing =
  (status: number, ...refused: string[]): RefusesExpansions =>
  (_, names) =>
    names.some((name) => refused.includes(name)) ? status : undefined;

const filled = (records: readonly JsonObject[], field: string): boolean =>
  records.some((record) => record[field] !== undefined && record[field] !== null);

test('streams request all their expansions, and each fills its column', async () => {
  expect(EXPANDED).toEqual({
    accounts: ['people_id'],
    people: ['account', 'managers', 'contracts'],
    roles: ['cost_rate_history', 'people_ids', 'people_count'],
    projects: ['project_tasks', 'project_team', 'expenses', 'currency'],
    phases: ['phase_tasks', 'phase_team'],
  });
  const api = await startApi();
  const run = await api.read(EXPANDED_STREAMS);
  for (const [name, names = []] of Object.entries(EXPANDED)) {
    expect({ name, empty: names.filter((field) => !filled(run.records(name), field)) }).toEqual({ name, empty: [] });
  }
  expect(EXPANDED_STREAMS.filter((name) => asked(api, name).length !== 1)).toEqual([]);
});

test.each([400, 403, 422])('all rows come from a server that refuses every expansion with %s', async (status) => {
  const api = await startApi({
    refusedExpansions: () => status,
    company: { counts: { people: 401, accounts: 30 } },
  });
  const run = await api.read(EXPANDED_STREAMS);
  expect(run.code).toBe(0);
  for (const [name, names = []] of Object.entries(EXPANDED)) {
    const { endpoint } = expected(name as StreamName);
    expect({ name, rows: run.records(name).length }).toEqual({ name, rows: api.company.rows(endpoint).length });
    expect(names.filter((field) => filled(run.records(name), field))).toEqual([]);
    expect(run.logs('WARN').filter((line) => line.startsWith(`${name}:`))).toEqual([
      expect.stringMatching(
        new RegExp(`refuses to expand ${names.join(', ')}, so these columns are null .*overwrite earlier values`),
      ),
    ]);
  }
  expect(asked(api, 'accounts')).toEqual(['1 people_id', '1 -']);
  expect(asked(api, 'people').slice(0, 5)).toEqual([
    '1 account,managers,contracts',
    '1 -',
    '1 account',
    '1 managers',
    '1 contracts',
  ]);
  expect(asked(api, 'people').slice(5).toSorted()).toEqual(['2 -', '3 -']);
});

test('expansions that are accepted alone are requested together, on every page from then on', async () => {
  const api = await startApi({
    refusedExpansions: refusing(403, 'contracts', 'expenses', 'currency', 'project_tasks'),
    company: { counts: { people: 401 } },
  });
  const run = await api.read(['people', 'projects']);
  expect(run.code).toBe(0);
  expect(asked(api, 'people').slice(0, 6)).toEqual([
    '1 account,managers,contracts',
    '1 -',
    '1 account',
    '1 managers',
    '1 contracts',
    '1 account,managers',
  ]);
  expect(asked(api, 'people').slice(6).toSorted()).toEqual(['2 account,managers', '3 account,managers']);
  expect(run.records('people')).toHaveLength(401);
  expect(filled(run.records('people'), 'account')).toBe(true);
  expect(filled(run.records('people'), 'contracts')).toBe(false);
  // Of four expansions one remains: the request that showed it has its rows already.
  expect(asked(api, 'projects')).toEqual([
    '1 project_tasks,project_team,expenses,currency',
    '1 -',
    '1 project_tasks',
    '1 project_team',
    '1 expenses',
    '1 currency',
  ]);
  expect(filled(run.records('projects'), 'project_team')).toBe(true);
  expect(run.logs('WARN').toSorted()).toEqual([
    expect.stringMatching(/^people: the server refuses to expand contracts, so/),
    expect.stringMatching(/^projects: the server refuses to expand project_tasks, expenses, currency, so/),
  ]);
});

test('if each is accepted alone but not together, none is requested', async () => {
  const api = await startApi({ refusedExpansions: (_, names) => (names.length > 1 ? 422 : undefined) });
  const run = await api.read(['people']);
  expect(asked(api, 'people')).toEqual([
    '1 account,managers,contracts',
    '1 -',
    '1 account',
    '1 managers',
    '1 contracts',
    '1 account,managers,contracts',
  ]);
  expect(run.records('people')).toHaveLength(api.company.rows('people').length);
  expect(run.logs('WARN')).toEqual([expect.stringContaining('refuses to expand account, managers, contracts, so')]);
});

test('a forbidden list needs two requests and fails with its own error', async () => {
  const api = await startApi({ denied: ['/people', '/accounts', '/clients'] });
  const run = await api.read(['people', 'accounts', 'clients']);
  for (const name of ['people', 'accounts', 'clients'] as const) {
    expect(run.failure(name)).toMatchObject({
      failure_type: 'config_error',
      message: expect.stringContaining('(403)'),
    });
  }
  expect(asked(api, 'people')).toEqual(['1 account,managers,contracts', '1 -']);
  expect(asked(api, 'accounts')).toEqual(['1 people_id', '1 -']);
  expect(asked(api, 'clients')).toEqual(['1 -']);
  // Nothing about expansions.
  expect(run.logs('WARN')).toEqual([expect.stringContaining('answered 403 to every request')]);
});

test.each([401, 404])('%s is not about expansions: the list is requested once', async (status) => {
  const api = await startApi();
  api.script('/people', { kind: 'answer', status });
  const run = await api.read(['people']);
  expect(run.failure('people').message).toContain(`(${status})`);
  expect(asked(api, 'people')).toHaveLength(1);
});

test('a temporary failure on page 1 is retried, and no column is lost', async () => {
  const api = await startApi({ speed: 20, refusedExpansions: refusing(400, 'contracts') });
  api.script('/people', { kind: 'reset' }, { kind: 'none' }, { kind: 'answer', status: 503 }, { kind: 'none' });
  api.script('/people', { kind: 'answer', status: 429, headers: { 'retry-after': '1' } });
  const run = await api.read(['people']);
  expect(run.code).toBe(0);
  expect([...new Set(asked(api, 'people'))]).toEqual([
    '1 account,managers,contracts',
    '1 -',
    '1 account',
    '1 managers',
    '1 contracts',
    '1 account,managers',
  ]);
  expect(asked(api, 'people')).toHaveLength(9);
  expect(filled(run.records('people'), 'account')).toBe(true);
});

test('a refusal of a later page is not about expansions', async () => {
  const api = await startApi({ company: { counts: { people: 401 } } });
  api.script('/people', { kind: 'none' }, { kind: 'answer', status: 403 });
  const run = await api.read(['people'], { config: { concurrency: 1 } });
  expect(run.failure('people').message).toContain('(403)');
  expect(asked(api, 'people').filter((request) => request.startsWith('1 '))).toHaveLength(1);
  expect(run.logs('WARN')).toEqual([]);
});

test('filtered reads test expansions too, once a sync, with one warning each', async () => {
  const api = await startApi({ refusedExpansions: refusing(403, 'contracts') });
  const destination = new Destination();
  for (let sync = 0; sync < 2; sync += 1) {
    api.resetRequests();
    const run = await api.read(['people'], { mode: 'incremental', state: destination.state() });
    destination.take(run);
    expect(run.logs('WARN')).toEqual([expect.stringContaining('refuses to expand contracts')]);
    // The question for the number of rows needs no expansions, and comes in the later sync.
    const pages = api.requestsTo('/people').filter(({ query }) => query['per-page'] !== '1');
    expect(pages).toHaveLength(6);
    const filters = new Set(pages.map(({ query }) => query.modified_since));
    expect(filters.size).toBe(1);
    expect(filters.has(undefined as never)).toBe(sync === 0);
  }
});

test('a second reading of a moving list uses the expansions that page 1 accepted', async () => {
  const api = await startApi({
    refusedExpansions: refusing(403, 'contracts'),
    company: { counts: { people: 601 } },
  });
  // Page 2 of a list without counts that shrank: the connector reads again from the top.
  api.before('/people', 7, () => {
    for (const row of api.company.rows('people').slice(0, 3)) api.company.remove('people', Number(row.people_id));
  });
  const run = await api.read(['people'], { config: { concurrency: 1 } });
  expect(run.code).toBe(0);
  expect(asked(api, 'people').length).toBeGreaterThan(9);
  expect(
    new Set(
      asked(api, 'people')
        .slice(6)
        .map((request) => request.split(' ')[1]),
    ),
  ).toEqual(new Set(['account,managers']));
  expect(run.logs('WARN')).toHaveLength(1);
});

test('a resumed sync requests page 1 only if its own page is refused', async () => {
  for (const isRefusing of [false, true]) {
    const refused = { now: false };
    const api = await startApi({
      company: { counts: { people: 2_300 } },
      refusedExpansions: (name, names) => (refused.now ? refusing(422, 'contracts')(name, names) : undefined),
    });
    api.script('/people', ...Array.from({ length: 8 }, () => ({ kind: 'none' as const })), {
      kind: 'answer',
      status: 401,
    });
    const killed = await api.read(['people'], { mode: 'incremental', config: { concurrency: 1 } });
    const destination = new Destination();
    destination.take(killed);
    api.resetRequests();
    refused.now = isRefusing;
    const run = await api.read(['people'], { mode: 'incremental', state: destination.state() });
    destination.take(run);
    expect(run.code).toBe(0);
    expect(destination.rows('people')).toHaveLength(2_300);
    const requests = asked(api, 'people');
    const [first = ''] = requests;
    expect(Number(first.split(' ')[0])).toBeGreaterThan(1);
    if (isRefusing) {
      expect(requests.slice(1, 8)).toEqual([
        '1 account,managers,contracts',
        '1 -',
        '1 account',
        '1 managers',
        '1 contracts',
        '1 account,managers',
        first.replace(',contracts', ''),
      ]);
    }
    expect(run.logs('WARN').filter((line) => line.includes('refuses to expand'))).toHaveLength(isRefusing ? 1 : 0);
  }
});
