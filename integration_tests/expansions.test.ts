import { expect, test } from '@jest/globals';
import { type Api, startApi } from './support/api.ts';
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
