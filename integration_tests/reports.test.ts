import { expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import type { Fault } from '../mock-api/faults.ts';
import type { Dialect } from '../mock-api/query.ts';
import type { JsonObject } from '../src/cdk/index.ts';
import { type Api, type ApiOptions, startApi } from './support/api.ts';
import { REPORT_STREAMS, REPORTS, type ReportStream } from './support/streams.ts';

/** As they run in 2024, a leap year, with the last days of either side. */
const MONTHS = [
  ['2023-01-01', '2023-01-31'],
  ['2023-02-01', '2023-02-28'],
  ['2023-03-01', '2023-03-31'],
  ['2023-04-01', '2023-04-30'],
  ['2023-05-01', '2023-05-31'],
  ['2023-06-01', '2023-06-30'],
  ['2023-07-01', '2023-07-31'],
  ['2023-08-01', '2023-08-31'],
  ['2023-09-01', '2023-09-30'],
  ['2023-10-01', '2023-10-31'],
  ['2023-11-01', '2023-11-30'],
  ['2023-12-01', '2023-12-31'],
  ['2024-01-01', '2024-01-31'],
  ['2024-02-01', '2024-02-29'],
  ['2024-03-01', '2024-03-31'],
  ['2024-04-01', '2024-04-30'],
].map(([start_date = '', end_date = '']) => ({ start_date, end_date }));

/** The last minute of January in UTC; in Asia it is February. */
const NOW = Date.parse('2024-01-31T23:59:00Z');
const SPEED = 100;

const startThen = (options: ApiOptions = {}) =>
  startApi({ now: () => NOW, ...options, company: { people: 25, projects: 8, weeks: 10, ...options.company } });

const readThen = (api: Api, streams: readonly string[], config: JsonObject = {}) =>
  api.read(streams, { config }, { clock: { speed: 1, start: NOW, since: Date.now() } });

/** For reads that have to wait. A day is enough for them. */
const readThenFast = (api: Api, streams: readonly string[]) =>
  api.read(streams, {}, { clock: { speed: SPEED, start: NOW - 24 * 3600 * 1000, since: Date.now() } });

/** What the server itself answers for a month, made the record of it. */
async function recordsOf(api: Api, name: ReportStream, month: JsonObject): Promise<JsonObject[]> {
  const { path, report, key } = REPORTS[name];
  const response = await fetch(`${api.url}${path}?${new URLSearchParams(month as Record<string, string>)}`, {
    headers: { authorization: `Bearer ${api.token}` },
  });
  const body = (await response.json()) as Record<string, JsonObject[]>;
  return (body[report] ?? body.data ?? []).map((row) => {
    const hours = typeof row.co_hours === 'string' ? { co_hours: JSON.parse(row.co_hours) } : {};
    return { ...row, id: row[key] ?? row.id ?? null, ...month, ...hours };
  });
}

const asked = (api: Api, name: ReportStream) => api.requestsTo(REPORTS[name].path).map(({ query }) => query);

test.each<Dialect>(['float', 'neutral'])(
  'a report is read by calendar months, twelve back and three ahead, over the year and the leap day: %s form',
  async (dialect) => {
    const api = await startThen({ dialect });
    const { streams } = (await api.discover()).only('CATALOG').catalog;
    const ajv = addFormats.default(new Ajv({ strict: false, allErrors: true }));
    for (const name of REPORT_STREAMS) {
      api.resetRequests();
      // Both at once are more than a minute's quota.
      const run = await readThen(api, [name]);
      expect(asked(api, name)).toEqual(MONTHS);
      const expected = (await Promise.all(MONTHS.map((month) => recordsOf(api, name, month)))).flat();
      expect(run.records(name)).toEqual(expected);
      const keys = new Set(run.records(name).map(({ id, start_date }) => `${id} ${start_date}`));
      expect(keys.size).toBe(expected.length);
      const isValid = ajv.compile(streams.find((stream) => stream.name === name)?.json_schema ?? false);
      expect(run.records(name).filter((record) => !isValid(record))).toEqual([]);
      // The months differ, or this would show nothing.
      expect(new Set(run.records(name).map(({ scheduled }) => scheduled)).size).toBeGreaterThan(10);
      expect(run.logs('WARN')).toEqual([]);
    }
  },
);

test('the people report is normalised: a list sent as a string, and keys that only some rows have', async () => {
  const api = await startThen();
  const run = await readThen(api, ['reports_people'], { start_date: '2024-01-15T12:00:00Z' });
  const records = run.records('reports_people');
  expect(records.every(({ co_hours }) => Array.isArray(co_hours) && co_hours.length === 7)).toBe(true);
  expect(new Set(records.map((record) => 'my_hours' in record))).toEqual(new Set([true, false]));
  expect(records.every(({ nonBillable }) => typeof nonBillable === 'number')).toBe(true);
});

test.each([
  ['2023-11-15T23:59:59Z', 10],
  ['2024-01-31', 12],
  // Less than a day in the future.
  ['2024-02-01T23:58:00Z', 13],
])('with the start_date %s it begins with that month', async (start_date, first) => {
  const api = await startThen();
  const run = await readThen(api, ['reports_projects'], { start_date });
  expect(run.code).toBe(0);
  expect(asked(api, 'reports_projects')).toEqual(MONTHS.slice(first));
});

test.each<[string, Fault]>([
  ['a bare array', { kind: 'body', body: '[{"people_id":7,"scheduled":1.5}]' }],
  ['data', { kind: 'body', body: '{"data":[{"id":7,"scheduled":"1.50"}]}' }],
  ['its own name', { kind: 'body', body: '{"people":[{"people_id":7,"scheduled":1.5}]}' }],
])('the rows may come as %s', async (_, fault) => {
  const api = await startThen();
  api.script('/reports/people', fault);
  const run = await readThen(api, ['reports_people'], { start_date: '2024-02-01' });
  expect(run.records('reports_people').filter(({ start_date }) => start_date === '2024-02-01')).toEqual([
    expect.objectContaining({ id: 7, scheduled: 1.5, start_date: '2024-02-01', end_date: '2024-02-29' }),
  ]);
});

test('a failed month is reported, and the other months are read', async () => {
  const api = await startThen();
  const path = '/reports/people';
  const none = (count: number): Fault[] => Array.from({ length: count }, () => ({ kind: 'none' }));
  const oops: Fault = { kind: 'answer', status: 500, body: '{"message":"Oops"}' };
  // January, the fifth try of which would have been the last; February; May.
  api.script(path, ...Array.from({ length: 4 }, () => oops), { kind: 'none' });
  api.script(path, ...Array.from({ length: 5 }, () => oops), ...none(2), { kind: 'body', body: '{"people":null}' });
  const run = await readThenFast(api, REPORT_STREAMS);
  expect(run.code).toBe(1);
  expect(run.statuses('reports_projects').at(-1)).toBe('COMPLETE');
  expect(run.statuses('reports_people').at(-1)).toBe('INCOMPLETE');
  expect(run.failure('reports_people')).toMatchObject({
    failure_type: 'transient_error',
    message: expect.stringMatching(
      /^reports_people: \d of 16 months .*: 2023-02, 2023-05\. The other months were read\. .*Oops/,
    ),
  });
  expect(run.logs('WARN')).toEqual([
    expect.stringMatching(/2023-02.*Oops/),
    expect.stringMatching(/2023-05.*not a list of rows/),
  ]);
  const read = MONTHS.filter((_, n) => n !== 1 && n !== 4);
  const expected = (await Promise.all(read.map((month) => recordsOf(api, 'reports_people', month)))).flat();
  expect(run.records('reports_people')).toEqual(expected);
});

test('after three months in a row that failed, the later ones are not tried', async () => {
  const api = await startThen();
  const none: Fault = { kind: 'none' };
  const oops = Array.from({ length: 5 }, (): Fault => ({ kind: 'answer', status: 500, body: '{"message":"Oops"}' }));
  api.script('/reports/people', ...oops, ...oops, none, ...oops, ...oops, ...oops);
  const run = await readThenFast(api, ['reports_people']);
  expect(run.failure('reports_people').message).toMatch(
    /of 16 months .*: 2023-01, 2023-02, 2023-04, 2023-05, 2023-06\. Later months were not tried\. .*Oops/,
  );
  expect(api.requestsTo('/reports/people')).toHaveLength(26);
  expect(new Set(run.records('reports_people').map(({ start_date }) => start_date))).toEqual(new Set(['2023-03-01']));
});

/** The rows of a month, given by the server. */
const peopleOf = (...rows: unknown[]): Fault => ({ kind: 'body', body: JSON.stringify({ people: rows }) });
const none: Fault = { kind: 'none' };

test.each<[string, unknown]>([
  ['null', null],
  ['empty', ''],
  ['blank', ' '],
  ['of the wrong type', 'x7'],
  ['with a fraction', 7.5],
  ['too large to be exact', 2 ** 53],
  ['an object', {}],
  ['missing', undefined],
])(
  'a key that is %s fails its month before any row of it is emitted; the other months are read',
  async (_, people_id) => {
    const api = await startThen();
    api.script('/reports/people', none, none, none, none, peopleOf({ people_id: 1 }, { people_id }, { people_id: 2 }));
    const run = await readThen(api, ['reports_people']);
    expect(run.code).toBe(1);
    expect(run.failure('reports_people')).toMatchObject({
      failure_type: 'system_error',
      message: expect.stringMatching(
        /^reports_people: \d of 16 months .*: 2023-05\. The other months were read\. .*key.*\(id\)/,
      ),
    });
    const months = new Set(run.records('reports_people').map(({ start_date }) => start_date));
    expect([...months]).toEqual(MONTHS.map(({ start_date }) => start_date).filter((month) => month !== '2023-05-01'));
    expect(run.statuses('reports_people').at(-1)).toBe('INCOMPLETE');
  },
);

test('months with unusable keys do not count as failures in a row, because the server answers', async () => {
  const api = await startThen();
  const oops = Array.from({ length: 5 }, (): Fault => ({ kind: 'answer', status: 500 }));
  const keyless = peopleOf({ people_id: null });
  api.script('/reports/people', keyless, keyless, keyless, keyless, ...oops, ...oops, keyless, ...oops);
  const run = await readThenFast(api, ['reports_people']);
  expect(run.failure('reports_people').message).toMatch(
    /of 16 months .*: 2023-01, 2023-02, 2023-03, 2023-04, 2023-05, 2023-06, 2023-07, 2023-08\. The other months were read\./,
  );
  expect(new Set(run.records('reports_people').map(({ start_date }) => start_date)).size).toBe(8);
});

test('a key that comes twice in a month is emitted once; differing values are reported', async () => {
  const api = await startThen();
  const row = { people_id: 7, scheduled: 1.5 };
  api.script('/reports/people', peopleOf(row, { people_id: 8 }, row), peopleOf(row, { people_id: '7', scheduled: 9 }));
  const run = await readThen(api, ['reports_people'], { start_date: '2024-02-01' });
  expect(run.code).toBe(0);
  const records = run.records('reports_people').filter(({ start_date }) => start_date !== '2024-04-01');
  expect(records.map(({ id, start_date, scheduled }) => [id, start_date, scheduled])).toEqual([
    [7, '2024-02-01', 1.5],
    [8, '2024-02-01', undefined],
    [7, '2024-03-01', 1.5],
  ]);
  expect(run.logs('WARN')).toEqual([
    expect.stringMatching(/^reports_people: in the month 2024-03, 1 row came with the key/),
  ]);
});

test('reports and public holidays start in 2012 at the earliest, whatever the start_date', async () => {
  const now = Date.parse('2012-11-15T00:00:00Z');
  const api = await startApi({ now: () => now });
  const clock = { speed: 1, start: now, since: Date.now() };
  await api.read(['reports_people', 'public_holidays'], { config: { start_date: '1900-01-01' } }, { clock });
  expect(asked(api, 'reports_people').map(({ start_date }) => start_date)).toEqual([
    ...Array.from({ length: 12 }, (_, n) => `2012-${String(n + 1).padStart(2, '0')}-01`),
    '2013-01-01',
    '2013-02-01',
  ]);
  expect(api.requestsTo('/public-holidays').map(({ query }) => query.start_date)).toEqual(['2012-01-01']);
});

test.each<[string, ApiOptions, Fault, RegExp, number]>([
  ['has gone', { absent: ['/reports/people'] }, { kind: 'none' }, /has no reports_people \(404\)/, 1],
  ['is not in the plan', { denied: ['/reports/people'] }, { kind: 'none' }, /denies .* reports_people \(403\)/, 1],
  ['stays out of quota', {}, { kind: 'answer', status: 429, headers: { 'retry-after': '20' } }, /429/, 11],
])('a report that %s is not requested for every month', async (_, options, fault, message, requests) => {
  const api = await startThen(options);
  api.script('/reports/people', ...Array.from({ length: 200 }, () => fault));
  const run = await readThenFast(api, ['reports_people']);
  expect(run.failure('reports_people').message).toMatch(message);
  expect(run.records('reports_people')).toEqual([]);
  expect(run.states('reports_people')).toEqual([]);
  expect(api.requestsTo('/reports/people').length).toBeLessThanOrEqual(requests);
});

test('reports keep to 30 requests a minute, and other streams do not wait for them', async () => {
  const limits = { perMinute: 1e6, perSecond: 1e6, reportsPerMinute: 30 };
  // Slow enough that an answer takes no minute on a busy machine.
  const api = await startApi({ speed: 30, limits, latencyMs: 100, company: { counts: { 'logged-time': 2000 } } });
  const run = await api.read([...REPORT_STREAMS, 'logged_time'], { config: { concurrency: 16 } });
  expect(api.requests.filter(({ status }) => status === 429)).toEqual([]);
  const times = REPORT_STREAMS.flatMap((name) => api.requestsTo(REPORTS[name].path).map(({ at }) => at)).sort();
  expect(times).toHaveLength(32);
  expect((times[30] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(60_000);
  expect(Math.max(...api.requestsTo('/logged-time').map(({ at }) => at))).toBeLessThan(times[30] ?? 0);
  const waiting = run.statusMessages.filter(({ reasons }) => reasons !== undefined);
  // One of the two may be through before the other waits: together they are two requests over the limit.
  expect(waiting.length).toBeGreaterThan(0);
  expect(REPORT_STREAMS).toEqual(
    expect.arrayContaining(waiting.map(({ stream_descriptor }) => stream_descriptor.name)),
  );
  expect(run.logs('INFO')).toContainEqual(expect.stringMatching(/^Waiting \d+ s for the request quota of reports\.$/));
  expect(run.logs('INFO')).toContainEqual(expect.stringMatching(/^reports_\w+: month \d+ of 16, about \d+ s left\.$/));
  expect(run.logs('INFO')).not.toContainEqual(expect.stringMatching(/^reports_\w+: .* so far/));
});

test('quota headers of reports do not delay other streams', async () => {
  const api = await startApi({ company: { counts: { 'logged-time': 2000 } } });
  const headers = { 'ratelimit-limit': '30', 'ratelimit-remaining': '0', 'ratelimit-reset': '60' };
  const body = '{"projects":[]}';
  // The last of four months: reports themselves would wait for a minute.
  api.script('/reports/projects', none, none, none, { kind: 'answer', status: 200, headers, body });
  const start_date = new Date().toISOString().slice(0, 10);
  const run = await api.read(['reports_projects', 'logged_time'], { config: { start_date, concurrency: 1 } });
  expect(run.records('logged_time')).toHaveLength(2000);
  expect(run.logs('INFO').filter((text) => text.startsWith('Waiting'))).toEqual([]);
});
