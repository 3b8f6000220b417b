/**
 * Reports are read month by month, within their own quota. These tests run in process, because they wait a lot.
 * golden.test.ts reads the reports with the built connector.
 */
import { expect, test } from '@jest/globals';
import type { Fault } from '../mock-api/faults.ts';
import type { Dialect } from '../mock-api/query.ts';
import type { JsonObject } from '../src/cdk/index.ts';
import { type InProcess, type InProcessOptions, startInProcess } from './support/in-process.ts';
import { catalogOf } from './support/inputs.ts';
import { REPORT_STREAMS, REPORTS, type ReportStream } from './support/streams.ts';

/** The last minute of January in UTC; in Asia it is February. */
const NOW = Date.parse('2024-01-31T23:59:00Z');

/** The months of a read at that time, with the last day of each: twelve back and three ahead. */
const MONTHS = [
  ['2023-01', 31],
  ['2023-02', 28],
  ['2023-03', 31],
  ['2023-04', 30],
  ['2023-05', 31],
  ['2023-06', 30],
  ['2023-07', 31],
  ['2023-08', 31],
  ['2023-09', 30],
  ['2023-10', 31],
  ['2023-11', 30],
  ['2023-12', 31],
  ['2024-01', 31],
  ['2024-02', 29],
  ['2024-03', 31],
  ['2024-04', 30],
].map(([month, lastDay]) => ({ start_date: `${month}-01`, end_date: `${month}-${lastDay}` }));

const START_DATES = MONTHS.map(({ start_date }) => start_date);

const start = (options: Omit<InProcessOptions, 'start'> = {}) =>
  startInProcess({ start: NOW, ...options, company: { people: 12, projects: 6, weeks: 4, ...options.company } });

const asked = (api: InProcess, name: ReportStream) =>
  api.requests.filter(({ path }) => path === REPORTS[name].path).map(({ query }) => query);

/** The records of some months, made from what the server answers. */
function recordsOf(api: InProcess, name: ReportStream, months: typeof MONTHS): JsonObject[] {
  const { path, report, key } = REPORTS[name];
  return months.flatMap((month) => {
    const body = api.get(path, month) as Record<string, JsonObject[]>;
    return (body[report] ?? body.data ?? []).map((row) => {
      const hours = typeof row.co_hours === 'string' ? { co_hours: JSON.parse(row.co_hours) } : {};
      return { ...row, id: row[key] ?? row.id ?? null, ...month, ...hours };
    });
  });
}

/** Fields that the mock's account does not have. */
const SELDOM = ['futureScheduled', 'futureBillable', 'futureNonBillable', 'futureOvertime', 'additional_fields'];

test.each<Dialect>(['float', 'neutral'])(
  'each report is read by calendar months, twelve back and three ahead: %s form',
  async (dialect) => {
    const api = start({ dialect });
    const run = await api.read(REPORT_STREAMS);
    expect(run.logs('WARN')).toEqual([]);
    for (const name of REPORT_STREAMS) {
      expect(asked(api, name)).toEqual(MONTHS);
      const records = run.records(name);
      expect(records).toEqual(recordsOf(api, name, MONTHS));
      // The months differ, or this would show nothing.
      expect(new Set(records.map(({ scheduled }) => scheduled)).size).toBeGreaterThan(10);
      if (dialect === 'neutral') continue;
      const [{ stream }] = catalogOf([name]).streams as [{ stream: { json_schema: JsonObject } }];
      const filled = new Set(records.flatMap(Object.keys));
      const fields = Object.keys(stream.json_schema.properties as JsonObject);
      expect(fields.filter((field) => !filled.has(field) && !SELDOM.includes(field))).toEqual([]);
    }
  },
);

const none: Fault = { kind: 'none' };
const body = (content: unknown): Fault => ({ kind: 'body', body: JSON.stringify(content) });
const people = (...rows: unknown[]): Fault => body({ people: rows });
/** A month is requested five times before it fails. */
const oops = Array.from({ length: 5 }, (): Fault => ({ kind: 'answer', status: 500, body: '{"message":"Oops"}' }));

test('the rows of a month may come under three names; a start_date less than a day ahead is accepted', async () => {
  const api = start();
  const row = { people_id: 7, scheduled: '1.50' };
  api.script('/reports/people', body([row]), body({ data: [{ id: 7, scheduled: 1.5 }] }), people(row));
  const run = await api.read(['reports_people'], { start_date: '2024-02-01T23:58:00Z' });
  expect(asked(api, 'reports_people')).toEqual(MONTHS.slice(13));
  expect(run.records('reports_people')).toEqual(
    MONTHS.slice(13).map((month) => expect.objectContaining({ id: 7, scheduled: 1.5, ...month })),
  );
});

test('a failed month is reported, and the other months are read', async () => {
  const api = start();
  // January, the fifth try of which would have been the last; February; May.
  api.script('/reports/people', ...oops.slice(1), none, ...oops, none, none, body({ people: null }));
  const run = await api.read(REPORT_STREAMS);
  expect(run.statuses('reports_projects').at(-1)).toBe('COMPLETE');
  expect(run.failure('reports_people')).toMatchObject({
    failure_type: 'transient_error',
    message: expect.stringMatching(
      /^reports_people: 2 of 16 months .*: 2023-02, 2023-05\. The other months were read\. .*Oops/,
    ),
  });
  expect(run.logs('WARN')).toEqual([
    expect.stringMatching(/2023-02.*Oops/),
    expect.stringMatching(/2023-05.*not a list of rows/),
  ]);
  const read = MONTHS.filter((_, n) => n !== 1 && n !== 4);
  expect(run.records('reports_people')).toEqual(recordsOf(api, 'reports_people', read));
});

test('after three months in a row that failed, the later ones are not tried', async () => {
  const api = start();
  api.script('/reports/people', ...oops, ...oops, none, ...oops, ...oops, ...oops);
  const run = await api.read(['reports_people']);
  expect(run.failure('reports_people').message).toMatch(
    /of 16 months .*: 2023-01, 2023-02, 2023-04, 2023-05, 2023-06\. Later months were not tried\. .*Oops/,
  );
  expect(asked(api, 'reports_people')).toHaveLength(26);
});

test('a month with an unusable key fails before any of its rows is emitted, and does not count as a month in a row', async () => {
  const api = start();
  const keys = [null, '', ' ', 'x7', 7.5, 2 ** 53, {}, undefined];
  const keyless = keys.map((people_id) => people({ people_id: 1 }, { people_id }, { people_id: 2 }));
  api.script('/reports/people', ...keyless, ...oops, ...oops, people({}), ...oops);
  const run = await api.read(['reports_people']);
  expect(run.failure('reports_people')).toMatchObject({
    failure_type: 'system_error',
    message: expect.stringMatching(/^reports_people: 12 of 16 months .*\. The other months were read\. .*key.*\(id\)/),
  });
  const months = new Set(run.records('reports_people').map(({ start_date }) => start_date));
  expect([...months]).toEqual(START_DATES.slice(12));
});

test('a key that comes twice in a month is emitted once, and differing values are reported', async () => {
  const api = start();
  const row = { people_id: 7, scheduled: 1.5 };
  const changed = { people_id: '7', scheduled: 9 };
  api.script('/reports/people', people(row, { people_id: 8 }, row), people(row, changed), people());
  const run = await api.read(['reports_people'], { start_date: '2024-02-01' });
  expect(run.records('reports_people').map(({ id, start_date, scheduled }) => [id, start_date, scheduled])).toEqual([
    [7, '2024-02-01', 1.5],
    [8, '2024-02-01', undefined],
    [7, '2024-03-01', 1.5],
  ]);
  expect(run.logs('WARN')).toEqual([
    expect.stringMatching(/^reports_people: in the month 2024-03, 1 row came with the same primary key/),
  ]);
});

test('the dates that a row of a report has are kept in additional_fields', async () => {
  const api = start();
  api.script('/reports/people', people({ people_id: 7, start_date: '2020-05-05', end_date: null, co_hours: 'eight' }));
  const run = await api.read(['reports_people'], { start_date: '2024-02-01' });
  const additional_fields = { start_date: '2020-05-05', co_hours: 'eight' };
  expect(run.records('reports_people')[0]).toEqual({
    ...MONTHS[13],
    id: 7,
    people_id: 7,
    co_hours: null,
    additional_fields,
  });
  expect(run.logs('WARN').join(' ')).toMatch(/no column: start_date\./);
});

const exhausted: Fault = { kind: 'answer', status: 429, headers: { 'retry-after': '20' } };

test.each<[string, Omit<InProcessOptions, 'start'>, Fault, RegExp, number]>([
  ['the server does not have', { absent: ['/reports/people'] }, none, /has no reports_people \(404\)/, 1],
  ['the server denies', { denied: ['/reports/people'] }, none, /denies .* reports_people \(403\)/, 1],
  ['exceeds the quota all the time', {}, exhausted, /429/, 11],
])('a report that %s is not requested for every month', async (_, options, fault, message, requests) => {
  const api = start(options);
  api.script('/reports/people', ...Array.from({ length: 200 }, () => fault));
  const run = await api.read(['reports_people']);
  expect(run.failure('reports_people').message).toMatch(message);
  expect(run.records('reports_people')).toEqual([]);
  expect(run.states('reports_people')).toEqual([]);
  expect(api.requests.length).toBeLessThanOrEqual(requests);
});

test('reports keep to 30 requests a minute, and other streams do not wait for them', async () => {
  const limits = { perMinute: 1e6, perSecond: 1e6, reportsPerMinute: 30 };
  const api = start({ limits, company: { counts: { 'logged-time': 1_000 } } });
  const run = await api.read([...REPORT_STREAMS, 'logged_time']);
  expect(api.requests.filter(({ status }) => status === 429)).toEqual([]);
  const timesOf = (start: string) => api.requests.filter(({ path }) => path.startsWith(start)).map(({ at }) => at);
  const times = timesOf('/reports/');
  expect(times).toHaveLength(32);
  expect((times[30] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(60_000);
  expect(Math.max(...timesOf('/logged-time'))).toBeLessThan(times[30] ?? 0);
  const waiting = run.statusMessages.filter(({ reasons }) => reasons !== undefined);
  expect(waiting.map(({ stream_descriptor }) => stream_descriptor.name)).toEqual(REPORT_STREAMS);
  const logged = run.logs('INFO');
  expect(logged).toContainEqual(expect.stringMatching(/^Waiting \d+ s for the request quota of reports\.$/));
  expect(logged).toContainEqual(expect.stringMatching(/^reports_\w+: month \d+ of 16, about \d+ s left\.$/));
  expect(logged).not.toContainEqual(expect.stringMatching(/^reports_\w+: .* so far/));
});

test('quota headers of reports do not delay other streams', async () => {
  const api = start({ company: { counts: { 'logged-time': 1_000 } } });
  const headers = { 'ratelimit-limit': '30', 'ratelimit-remaining': '0', 'ratelimit-reset': '60' };
  // The last month: another report would wait for a minute.
  api.script('/reports/projects', none, none, { kind: 'answer', status: 200, headers, body: '{"projects":[]}' });
  const run = await api.read(['reports_projects', 'logged_time'], { start_date: '2024-02-01', concurrency: 1 });
  expect(run.records('logged_time')).toHaveLength(1_000);
  expect(run.logs('INFO').filter((text) => text.startsWith('Waiting'))).toEqual([]);
});
