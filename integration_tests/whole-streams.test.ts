/** Every list arrives completely and unchanged, whatever the server says about its pages. */
import { isDeepStrictEqual } from 'node:util';
import { beforeAll, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import type { CompanyOptions } from '../mock-api/company.ts';
import type { AirbyteStream, JsonObject } from '../src/cdk/index.ts';
import { type Api, startApi } from './support/api.ts';
import { expectedRecords, type Years } from './support/expected-records.ts';
import type { Run } from './support/run.ts';
import { expected, REPORT_STREAMS, STREAM_NAMES, type StreamName } from './support/streams.ts';

const PER_PAGE = 200;

/** Around the edges of a page. Other lists have what a company of that size has. */
const FULL: NonNullable<CompanyOptions['counts']> = {
  people: 401,
  roles: 199,
  'public-holidays': 200,
  projects: 40,
  timeoffs: 200,
  tasks: 400,
  'logged-time': 201,
};
const EMPTY: typeof FULL = { accounts: 1, departments: 0, status: 0, phases: 1, milestones: 0 };

const ajv = addFormats.default(new Ajv({ strict: false, allErrors: true }));
const schemas = new Map<string, JsonObject>();

const schemaOf = (name: string): JsonObject => schemas.get(name) ?? {};

const YEAR = new Date().getUTCFullYear();

let offered: AirbyteStream[] = [];

beforeAll(async () => {
  const api = await startApi();
  offered = (await api.discover()).only('CATALOG').catalog.streams;
  for (const { name, json_schema } of offered) schemas.set(name, json_schema);
  await api.close();
});

test('discover offers every stream with its key and cursor', () => {
  const keys = (...fields: string[]) => fields.map((field) => [field]);
  const lists = STREAM_NAMES.map((name) => {
    const { primaryKey, incremental } = expected(name);
    return [name, { key: keys(...primaryKey), cursor: incremental ? ['modified'] : undefined }];
  });
  const reports = REPORT_STREAMS.map((name) => [name, { key: keys('id', 'start_date'), cursor: undefined }]);
  const found = offered.map(({ name, source_defined_primary_key: key, default_cursor_field: cursor }) => [
    name,
    { key, cursor },
  ]);
  expect(Object.fromEntries(found)).toEqual(Object.fromEntries([...lists, ...reports]));
});

const byKey = (records: readonly JsonObject[]): Map<string, JsonObject> =>
  new Map(records.map((record) => [JSON.stringify([record.id, record.region ?? null]), record]));

/** Compares the records of a list with the company's rows, and with the schema. Returns the number of rows. */
function expectWhole(api: Api, run: Run, name: StreamName, dialect: 'float' | 'neutral', years: Years): number {
  const schema = schemaOf(name);
  const records = run.records(name);
  const rows = byKey(expectedRecords(name, api.company, schema, dialect, years));
  const arrived = byKey(records);
  const different = [...new Set([...rows.keys(), ...arrived.keys()])]
    .map((key) => ({ wanted: rows.get(key), arrived: arrived.get(key) }))
    .filter((pair) => !isDeepStrictEqual(pair.wanted, pair.arrived));
  expect({ name, different }).toEqual({ name, different: [] });
  expect({ name, records: records.length }).toEqual({ name, records: rows.size });
  const isValid = ajv.compile(schema);
  const invalid = records.filter((record) => !isValid(record)).map((record) => [record, isValid.errors]);
  expect({ name, invalid }).toEqual({ name, invalid: [] });
  return rows.size;
}

/** Fields that come only with a deletion, or that the mock's account does not have. */
const SELDOM: readonly string[] = [
  'additional_fields',
  '_ab_cdc_deleted_at',
  'people.work_day_hours',
  'people.non_work_days',
  'timeoff_types.balance_type',
  'timeoff_types.days_per_year',
  'project_stages.project_stage_id',
  'project_expenses.project_expense_id',
];

test('every list is read completely, by the requests that Float documents, and every declared field has a value', async () => {
  const api = await startApi({ company: { counts: FULL } });
  // Lists omit an entry of 0 hours, because it counts as deleted.
  api.company.insert('logged-time', { hours: 0 });
  // A full refresh uses the start_date only for the dates of public holidays.
  const run = await api.read(STREAM_NAMES, { config: { start_date: `${YEAR - 2}-06-30` } });
  for (const name of STREAM_NAMES) {
    const rows = expectWhole(api, run, name, 'float', { from: YEAR - 2, to: YEAR + 1 });
    const { path, query } = expected(name);
    const window = name === 'public_holidays' ? { start_date: `${YEAR - 2}-01-01`, end_date: `${YEAR + 1}-12-31` } : {};
    const pages = Math.max(1, Math.ceil(rows / PER_PAGE));
    const wanted = Array.from({ length: pages }, (_, n) => ({
      ...query,
      ...window,
      page: `${n + 1}`,
      'per-page': `${PER_PAGE}`,
    }));
    const asked = api.requestsTo(path).map((request) => request.query);
    expect({ name, asked }).toEqual({ name, asked: wanted });

    const filled = new Set(
      run.records(name).flatMap((record) => Object.keys(record).filter((field) => record[field] !== null)),
    );
    const neverFilled = Object.keys(schemaOf(name).properties as JsonObject).filter(
      (field) => !filled.has(field) && !SELDOM.includes(field) && !SELDOM.includes(`${name}.${field}`),
    );
    expect({ name, neverFilled }).toEqual({ name, neverFilled: [] });
  }
  const estimates = run.messages.flatMap((message) =>
    message.type === 'TRACE' && message.trace.type === 'ESTIMATE' ? [message.trace.estimate] : [],
  );
  expect(estimates).toContainEqual({ name: 'people', type: 'STREAM', row_estimate: FULL.people });
  // The number of rows of a list of one page is known when its first page comes.
  expect(estimates.every(({ name }) => run.records(name).length > PER_PAGE)).toBe(true);

  const paths = STREAM_NAMES.map((name) => expected(name).path);
  expect(api.requests.filter(({ path }) => !paths.includes(path))).toEqual([]);

  // Only the newer lists have fields without a column, which is no reason for a warning.
  expect(run.logs('WARN', 'ERROR', 'FATAL')).toEqual([]);
  const additional = STREAM_NAMES.flatMap((name) => {
    const fields = new Set(run.records(name).flatMap(({ additional_fields: more }) => Object.keys(more ?? {})));
    return fields.size === 0 ? [] : `${name}: the API sent fields that have no column: ${[...fields].join(', ')}.`;
  });
  const logged = run.logs('INFO').filter((line) => line.includes('no column'));
  expect(logged.map((line) => line.replace(/(?<=\.) .*/, '')).sort()).toEqual(additional.sort());
});

test('a server that says nothing about its pages is asked for at most three more', async () => {
  const dialect = 'neutral';
  const pages = { paginationHeaders: 'none', pastTheEnd: 'empty' } as const;
  const api = await startApi({ dialect, ...pages, company: { counts: { ...FULL, ...EMPTY } } });
  const run = await api.read(STREAM_NAMES);
  for (const name of STREAM_NAMES) {
    const rows = expectWhole(api, run, name, dialect, { from: YEAR, to: YEAR + 1 });
    const more = api.requestsTo(expected(name).path).length - Math.max(1, Math.ceil(rows / PER_PAGE));
    expect({ name, more, isRight: more >= 0 && more <= 3 }).toEqual({ name, more, isRight: true });
  }
  expect(run.logs('WARN', 'ERROR', 'FATAL')).toEqual([]);
});

test.each([
  ['2025-12-31T23:59:00Z', undefined, '2025-01-01', '2026-12-31'],
  ['2026-01-01T00:00:00Z', undefined, '2026-01-01', '2027-12-31'],
  ['2012-11-15T00:00:00Z', '1900-01-01', '2012-01-01', '2013-12-31'],
])('at %s, with the start_date %s, public holidays are requested from %s to %s', async (now, start_date, ...window) => {
  const api = await startApi({ now: () => Date.parse(now) });
  const clock = { speed: 1, start: Date.parse(now), since: Date.now() };
  const config = start_date === undefined ? {} : { start_date };
  const run = await api.read(['public_holidays'], { config }, { clock });
  expect(api.requests.map(({ query }) => [query.start_date, query.end_date])).toEqual([window]);
  const years = run
    .records('public_holidays')
    .flatMap(({ dates }) => (dates as string[]).map((date) => date.slice(0, 4)));
  expect([years.sort()[0], years.at(-1)]).toEqual(window.map((date) => date?.slice(0, 4)));
});
