import { expect, test } from '@jest/globals';
import type { Fault } from '../mock-api/faults.ts';
import { startApi } from './support/api.ts';
import { atOnce } from './support/at-once.ts';
import type { Run } from './support/run.ts';
import { OPTIONAL, REPORT_STREAMS, STREAM_NAMES } from './support/streams.ts';

const ALL = [...STREAM_NAMES, ...REPORT_STREAMS].toSorted();
const OPTIONAL_NAMES = Object.keys(OPTIONAL);

const offered = (run: Run): string[] =>
  run
    .only('CATALOG')
    .catalog.streams.map(({ name }) => name)
    .toSorted();

test('discover sends one small request for each optional stream', async () => {
  const api = await startApi({ company: { people: 300 } });
  const run = await api.discover();
  expect(offered(run)).toEqual(ALL);
  expect(run.logs()).toEqual([]);
  const today = new Date().toISOString().slice(0, 10);
  expect(Object.fromEntries(api.requests.map(({ path, query }) => [path, query]))).toEqual(
    Object.fromEntries(
      Object.values(OPTIONAL).map((path) => [
        path,
        path.startsWith('/reports/') ? { start_date: today, end_date: today } : { page: '1', 'per-page': '1' },
      ]),
    ),
  );
  expect(api.requests).toHaveLength(OPTIONAL_NAMES.length);
});

test('streams that a server does not have are not offered, and logged', async () => {
  const absent = ['/rate-cards', '/reports/projects'];
  const api = await startApi({ absent });
  const run = await api.discover();
  expect(offered(run)).toEqual(ALL.filter((name) => name !== 'rate_cards' && name !== 'reports_projects'));
  expect(run.logs()).toEqual([
    expect.stringMatching(/^reports_projects: left out.*404/),
    expect.stringMatching(/^rate_cards: left out.*404/),
  ]);
  expect(offered(await (await startApi({ absent: Object.values(OPTIONAL) })).discover())).toEqual(
    ALL.filter((name) => !OPTIONAL_NAMES.includes(name)),
  );
});

const OTHERWISE: { what: string; fault: Fault }[] = [
  { what: 'a wrong token', fault: { kind: 'answer', status: 401 } },
  { what: 'a plan without the feature', fault: { kind: 'answer', status: 403, body: '<h1>Forbidden</h1>' } },
  { what: 'a used-up quota', fault: { kind: 'answer', status: 429, headers: { 'retry-after': '1' } } },
  { what: 'a parameter it dislikes', fault: { kind: 'answer', status: 422, body: '[]' } },
  { what: 'trouble of its own', fault: { kind: 'answer', status: 503 } },
  { what: 'a redirect', fault: { kind: 'redirect', to: 'https://float.example/sign-in' } },
  { what: 'no list', fault: { kind: 'body', body: '<html>Sign in</html>' } },
  { what: 'a closed connection', fault: { kind: 'reset' } },
  { what: 'silence', fault: { kind: 'hang' } },
];

test(
  'after any other answer there is no retry, and every stream is offered',
  atOnce(OTHERWISE, async ({ fault }) => {
    const api = await startApi({ speed: 20 });
    api.script('*', ...Array.from({ length: 50 }, () => fault));
    const run = await api.discover({ concurrency: 2 });
    expect(offered(run)).toEqual(ALL);
    expect(api.requests.length).toBeLessThanOrEqual(OPTIONAL_NAMES.length);
  }),
);

test('without a server, or without remaining quota, every stream is offered', async () => {
  const api = await startApi({ speed: 20 });
  expect(offered(await api.discover({ requests_per_minute: 1 }))).toEqual(ALL);
  expect(api.requests).toHaveLength(1);
  await api.close();
  expect(offered(await api.discover())).toEqual(ALL);
});

test('a cause that concerns every list, such as a wrong token, is one warning', async () => {
  const run = await (await startApi()).discover({ api_token: 'wr0ng/token' });
  expect(offered(run)).toEqual(ALL);
  expect(run.logs('WARN')).toEqual([expect.stringMatching(/^The server did not say whether .*token \(401\)/)]);
});

test.each(['absent', 'denied'] as const)(
  'a stream that is %s by now fails alone, and empties no table',
  async (how) => {
    const api = await startApi({ [how]: ['/rate-cards'] });
    const run = await api.read(['rate_cards', 'currencies']);
    expect(run.statuses('currencies').at(-1)).toBe('COMPLETE');
    expect(run.statuses('rate_cards').at(-1)).toBe('INCOMPLETE');
    expect(run.states('rate_cards')).toEqual([]);
    expect(run.failure('rate_cards')).toMatchObject({
      failure_type: 'config_error',
      message: expect.stringMatching(/rate_cards \((404|403)\).*[Dd]eselect (the stream|it)/),
    });
  },
);

test('a newer stream whose rows have another key name is read; one without a key fails', async () => {
  const api = await startApi();
  api.script('/project-expenses', { kind: 'body', body: '[{"project_expense_id":5,"cost":"12.50"}]' });
  api.script('/project-stages', { kind: 'body', body: '{"data":[{"project_stage_id":6}]}' });
  api.script('/currencies', { kind: 'body', body: '[{"code":"EUR"}]' });
  const run = await api.read(['project_expenses', 'project_stages', 'currencies']);
  expect(run.records('project_expenses')).toEqual([{ id: 5, project_expense_id: 5, cost: 12.5 }]);
  expect(run.records('project_stages')).toEqual([{ id: 6, project_stage_id: 6 }]);
  expect(run.failure('currencies').message).toMatch(/A row of currencies has no key \(id\)/);
});
