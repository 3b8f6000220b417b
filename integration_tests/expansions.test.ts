import { expect, test } from '@jest/globals';
import { type Api, startApi } from './support/api.ts';
import { quickly } from './support/process.ts';
import type { Run } from './support/run.ts';
import { expected, STREAM_NAMES, type StreamName } from './support/streams.ts';

/** The streams with expansions, and these in the order of the request. */
const EXPANDED = STREAM_NAMES.flatMap((name) => {
  const { expand } = expected(name).query;
  return expand === undefined ? [] : [{ name, fields: expand.split(',') }];
});
const EXPANDED_STREAMS = EXPANDED.map(({ name }) => name);

/** `page expansions` of each request to a list. */
const asked = (api: Api, name: StreamName): string[] =>
  api.requestsTo(expected(name).path).map(({ query }) => `${query.page} ${query.expand ?? '-'}`);

const isFilled = (run: Run, name: StreamName, field: string): boolean =>
  run.records(name).some((record) => record[field] !== undefined && record[field] !== null);

test('streams request all their expansions at once, and each fills its column', async () => {
  expect(Object.fromEntries(EXPANDED.map(({ name, fields }) => [name, fields]))).toEqual({
    accounts: ['people_id'],
    people: ['account', 'managers', 'contracts'],
    roles: ['cost_rate_history', 'people_ids', 'people_count'],
    projects: ['project_tasks', 'project_team', 'expenses', 'currency'],
    phases: ['phase_tasks', 'phase_team'],
  });
  const api = await startApi();
  const run = await api.read(EXPANDED_STREAMS);
  for (const { name, fields } of EXPANDED) {
    expect({ name, empty: fields.filter((field) => !isFilled(run, name, field)) }).toEqual({ name, empty: [] });
    expect(asked(api, name)).toHaveLength(1);
  }
});

test('a server that refuses every expansion still delivers all rows, and one WARN for each stream names the empty columns', async () => {
  const api = await startApi({ refusedExpansions: () => 403, denied: ['/accounts'] });
  const run = await api.read(EXPANDED_STREAMS);
  for (const { name, fields } of EXPANDED.filter((one) => one.name !== 'accounts')) {
    expect(run.records(name)).toHaveLength(api.company.rows(expected(name).endpoint).length);
    expect(fields.filter((field) => isFilled(run, name, field))).toEqual([]);
    expect(run.logs('WARN').filter((line) => line.startsWith(`${name}:`))).toEqual([
      expect.stringMatching(
        `refuses to expand ${fields.join(', ')}, so these columns are null .*overwrite earlier values`,
      ),
    ]);
  }
  expect(asked(api, 'people')).toEqual([
    '1 account,managers,contracts',
    '1 -',
    '1 account',
    '1 managers',
    '1 contracts',
  ]);
  // This list itself is forbidden.
  expect(asked(api, 'accounts')).toEqual(['1 people_id', '1 -']);
  expect(run.failure('accounts')).toMatchObject({
    failure_type: 'config_error',
    message: expect.stringContaining('(403)'),
  });
});

test('expansions that the server accepts are requested on every page, also in incremental syncs', async () => {
  const refused = ['contracts', 'expenses', 'currency', 'project_tasks'];
  const api = await startApi({
    refusedExpansions: (_, fields) => (fields.some((field) => refused.includes(field)) ? 422 : undefined),
    company: { counts: { people: 401 } },
  });
  // A temporary failure is no refusal.
  api.script('/people', { kind: 'reset' }, { kind: 'none' }, { kind: 'answer', status: 503 });
  const config = { start_date: '2020-01-01' };
  const run = await api.read(['people', 'projects'], { mode: 'incremental', config }, { clock: quickly() });
  expect(run.code).toBe(0);
  // A request with one row counts the rows and needs no expansions.
  const pages = api.requestsTo('/people').filter(({ query }) => query['per-page'] !== '1');
  expect(pages.filter(({ query }) => query.modified_since !== undefined).length).toBeGreaterThan(2);
  const expansions = (isWanted: (page: string) => boolean) =>
    new Set(pages.flatMap(({ query: { page = '', expand = '-' } }) => (isWanted(page) ? [expand] : [])));
  const tried = ['account,managers,contracts', '-', 'account', 'managers', 'contracts', 'account,managers'];
  expect(expansions((page) => page === '1')).toEqual(new Set(tried));
  expect(expansions((page) => page !== '1')).toEqual(new Set(['account,managers']));
  expect(run.records('people')).toHaveLength(401);
  expect(['account', 'contracts'].map((field) => isFilled(run, 'people', field))).toEqual([true, false]);
  expect(isFilled(run, 'projects', 'project_team')).toBe(true);
  const warnings = run.logs('WARN').filter((line) => line.includes('refuses'));
  expect(warnings.toSorted()).toEqual([
    expect.stringMatching(/^people: the server refuses to expand contracts, so/),
    expect.stringMatching(/^projects: the server refuses to expand project_tasks, expenses, currency, so/),
  ]);
});
