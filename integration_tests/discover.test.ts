import { expect, test } from '@jest/globals';
import type { Fault } from '../mock-api/faults.ts';
import { startApi } from './support/api.ts';
import type { Run } from './support/run.ts';
import { OPTIONAL, REPORT_STREAMS, STREAM_NAMES } from './support/streams.ts';

const ALL = [...STREAM_NAMES, ...REPORT_STREAMS].toSorted();
const PATHS = Object.values(OPTIONAL);

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
  const small = (path: string) =>
    path.startsWith('/reports/') ? { start_date: today, end_date: today } : { page: '1', 'per-page': '1' };
  expect(Object.fromEntries(api.requests.map(({ path, query }) => [path, query]))).toEqual(
    Object.fromEntries(PATHS.map((path) => [path, small(path)])),
  );
  expect(api.requests).toHaveLength(PATHS.length);
});

test('streams that a server does not have are not offered, and logged', async () => {
  const run = await (await startApi({ absent: ['/rate-cards', '/reports/projects'] })).discover();
  expect(offered(run)).toEqual(ALL.filter((name) => name !== 'rate_cards' && name !== 'reports_projects'));
  expect(run.logs()).toEqual([
    expect.stringMatching(/^reports_projects: left out.*404/),
    expect.stringMatching(/^rate_cards: left out.*404/),
  ]);
});

test('after any other answer there is no retry, and every stream is offered', async () => {
  const api = await startApi({ speed: 20 });
  const faults: Fault[] = [
    { kind: 'answer', status: 403, body: '<h1>Forbidden</h1>' },
    { kind: 'answer', status: 429, headers: { 'retry-after': '1' } },
    { kind: 'answer', status: 503 },
    { kind: 'redirect', to: 'https://float.example/sign-in' },
    { kind: 'body', body: '<html>Sign in</html>' },
    { kind: 'reset' },
    { kind: 'hang' },
  ];
  api.script('*', ...faults);
  expect(offered(await api.discover())).toEqual(ALL);
  expect(api.requests).toHaveLength(Math.max(faults.length, PATHS.length));
});

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

test('a stream that the server no longer has, or now denies, fails alone, without a state', async () => {
  const api = await startApi({ absent: ['/rate-cards'], denied: ['/project-expenses'] });
  const run = await api.read(['rate_cards', 'project_expenses', 'currencies']);
  expect(run.statuses('currencies').at(-1)).toBe('COMPLETE');
  for (const [name, status] of [
    ['rate_cards', 404],
    ['project_expenses', 403],
  ] as const) {
    expect(run.states(name)).toEqual([]);
    const message = expect.stringMatching(new RegExp(`${name} \\(${status}\\).*[Dd]eselect (the stream|it)`));
    expect(run.failure(name)).toMatchObject({ failure_type: 'config_error', message });
  }
});
