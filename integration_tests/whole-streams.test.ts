import { beforeAll, describe, expect, test } from '@jest/globals';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import type { CompanyOptions } from '../mock-api/company.ts';
import type { PaginationHeaders, PastTheEnd } from '../mock-api/pagination.ts';
import type { Dialect } from '../mock-api/query.ts';
import type { JsonObject } from '../src/cdk/index.ts';
import { startApi } from './support/api.ts';
import { expectedRecords } from './support/expected-records.ts';
import { EXPECTED, expected, REPORT_STREAMS, STREAM_NAMES } from './support/streams.ts';

const PER_PAGE = 200;

/** Around the edges of a page, on some streams; the others keep what a company of that size has. */
const COUNTS: NonNullable<CompanyOptions['counts']> = {
  accounts: 1,
  departments: 0,
  people: 201,
  roles: 199,
  'public-holidays': 200,
  projects: 40,
  status: 0,
  timeoffs: 200,
  phases: 1,
  'project-tasks': 400,
  milestones: 0,
  tasks: 90,
  'logged-time': 199,
};

interface Discovered {
  schema: JsonObject;
  isValid: ValidateFunction;
}

const discovered = new Map<string, Discovered>();

beforeAll(async () => {
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats.default(ajv);
  const api = await startApi();
  for (const { name, json_schema: schema } of (await api.discover()).only('CATALOG').catalog.streams) {
    discovered.set(name, { schema, isValid: ajv.compile(schema) });
  }
  await api.close();
});

function found(name: string): Discovered {
  const one = discovered.get(name);
  if (one === undefined) throw new Error(`discover did not offer ${name}`);
  return one;
}

/** The fewest requests that bring so many rows, and how many more may show the end where no counts do. */
const fewest = (rows: number): number => Math.max(1, Math.ceil(rows / PER_PAGE));
const MOST_FOR_THE_END = 3;

const byKey = (records: readonly JsonObject[]): Map<string, JsonObject> =>
  new Map(records.map((record) => [JSON.stringify([record.id, record.region ?? null]), record]));

test('discover offers every stream with its keys, cursor and modes', async () => {
  const api = await startApi();
  const { streams } = (await api.discover()).only('CATALOG').catalog;
  const offered = Object.fromEntries(
    streams.map(({ json_schema: _, is_resumable: __, ...stream }) => [stream.name, stream]),
  );
  for (const name of STREAM_NAMES) {
    const { incremental, primaryKey } = expected(name);
    expect(offered[name]).toEqual({
      name,
      source_defined_primary_key: primaryKey.map((field) => [field]),
      ...(incremental
        ? {
            supported_sync_modes: ['full_refresh', 'incremental'],
            source_defined_cursor: true,
            default_cursor_field: ['modified'],
          }
        : { supported_sync_modes: ['full_refresh'] }),
    });
  }
  for (const name of REPORT_STREAMS) {
    expect(offered[name]).toEqual({
      name,
      source_defined_primary_key: [['id'], ['start_date']],
      supported_sync_modes: ['full_refresh'],
    });
  }
  expect(streams).toHaveLength(STREAM_NAMES.length + REPORT_STREAMS.length);
});

describe.each<{ dialect: Dialect; pastTheEnd: PastTheEnd }>([
  { dialect: 'float', pastTheEnd: 'repeat' },
  { dialect: 'neutral', pastTheEnd: 'empty' },
])('$dialect form, past the end: $pastTheEnd', ({ dialect, pastTheEnd }) => {
  test.each<PaginationHeaders>(['all', 'none', 'per-page-only'])(
    'all lists are read completely, pagination headers: %s',
    async (paginationHeaders) => {
      const api = await startApi({ dialect, paginationHeaders, pastTheEnd, company: { counts: COUNTS } });
      // A row that lists do not show: an entry of 0 hours counts as deleted.
      api.company.insert('logged-time', { hours: 0 });
      const run = await api.read(STREAM_NAMES);

      const year = new Date().getUTCFullYear();
      for (const name of STREAM_NAMES) {
        const { schema, isValid } = found(name);
        const records = run.records(name);
        const rows = expectedRecords(name, api.company, schema, dialect, { from: year, to: year + 1 });
        expect(byKey(records)).toEqual(byKey(rows));
        expect({ name, records: records.length }).toEqual({ name, records: byKey(rows).size });
        const invalid = records.filter((record) => !isValid(record)).map((record) => [record, isValid.errors]);
        expect({ name, invalid }).toEqual({ name, invalid: [] });

        const requests = api.requestsTo(expected(name).path);
        const tellsEnd = paginationHeaders === 'all' && !(name === 'milestones');
        const more = requests.length - fewest(rows.length);
        const isRight = tellsEnd ? more === 0 : more >= 0 && more <= MOST_FOR_THE_END;
        expect({ name, more, isRight }).toEqual({ name, more, isRight: true });
      }
      // No field that the schemas lack where all are known, no value that does not fit them.
      const unknown = STREAM_NAMES.flatMap((name) => {
        const fields = expected(name).unknown;
        return fields.length === 0 ? [] : expect.stringMatching(`^${name}: .* no column: ${fields.join(', ')}\\.`);
      });
      // Of the newer lists this is no news.
      expect(run.logs('WARN', 'ERROR', 'FATAL')).toEqual([]);
      const told = run.logs('INFO').filter((line) => line.includes('no column'));
      expect(told).toEqual(expect.arrayContaining(unknown));
      expect(told).toHaveLength(unknown.length);
    },
  );
});

test('each list requests its pages as Float documents, and none twice', async () => {
  const api = await startApi({ company: { counts: { people: 450, tasks: 450 } } });
  const year = new Date().getUTCFullYear();
  const from = year - 2;
  // It bounds the holidays' window; a full refresh of anything else goes past it.
  const run = await api.read(STREAM_NAMES, { config: { start_date: `${from}-06-30` } });
  for (const name of STREAM_NAMES) {
    const { path, query } = expected(name);
    const pages = Math.max(1, Math.ceil(api.company.rows(expected(name).endpoint).length / PER_PAGE));
    const window = name === 'public_holidays' ? { start_date: `${from}-01-01`, end_date: `${year + 1}-12-31` } : {};
    const asked = api.requestsTo(path).map((request) => request.query);
    const wanted = Array.from({ length: pages }, (_, n) => ({
      ...query,
      ...window,
      page: String(n + 1),
      'per-page': '200',
    }));
    expect({ name, asked }).toEqual({ name, asked: wanted });
  }
  const paths = new Set<string>(Object.values(EXPECTED).map(({ path }) => path));
  expect(api.requests.filter(({ path }) => !paths.has(path))).toEqual([]);

  const { schema } = found('public_holidays');
  const holidays = expectedRecords('public_holidays', api.company, schema, 'float', { from, to: year + 1 });
  expect(byKey(run.records('public_holidays'))).toEqual(byKey(holidays));
});

/** Fields that come only with a deletion, or from other accounts than the mock's. */
const SELDOM: Partial<Record<string, readonly string[]>> = {
  people: ['work_day_hours', 'non_work_days', '_ab_cdc_deleted_at'],
  projects: ['_ab_cdc_deleted_at'],
  phases: ['_ab_cdc_deleted_at'],
  time_off: ['_ab_cdc_deleted_at'],
  timeoff_types: ['balance_type', 'days_per_year'],
  tasks: ['_ab_cdc_deleted_at'],
  logged_time: ['_ab_cdc_deleted_at'],
  reports_people: ['futureScheduled', 'futureBillable', 'futureNonBillable', 'futureOvertime'],
  project_stages: ['project_stage_id'],
  project_expenses: ['project_expense_id'],
};

test('every field of a schema is filled in some row of the mock API', async () => {
  const api = await startApi({ company: { people: 60, projects: 30 } });
  const names = [...STREAM_NAMES, ...REPORT_STREAMS];
  // Four months of reports are enough.
  const run = await api.read(names, { config: { start_date: new Date().toISOString().slice(0, 10) } });
  for (const name of names) {
    const records = run.records(name);
    const filled = new Set(records.flatMap((record) => Object.keys(record).filter((field) => record[field] !== null)));
    const declared = Object.keys(found(name).schema.properties as JsonObject);
    const neverFilled = declared.filter(
      (field) => !filled.has(field) && !['additional_fields', ...(SELDOM[name] ?? [])].includes(field),
    );
    expect({ name, neverFilled }).toEqual({ name, neverFilled: [] });
  }
});

test.each([
  [
    'the last minute of a year',
    '2025-12-31T23:59:00Z',
    undefined,
    { start_date: '2025-01-01', end_date: '2026-12-31' },
  ],
  ['the first of the next', '2026-01-01T00:00:00Z', undefined, { start_date: '2026-01-01', end_date: '2027-12-31' }],
  ['it, with a start_date', '2026-01-01T00:00:00Z', '2023-06-30', { start_date: '2023-01-01', end_date: '2027-12-31' }],
])('public holidays in %s: from January to the end of next year', async (_, now, start_date, window) => {
  const clock = { speed: 1, start: Date.parse(now), since: Date.now() };
  const api = await startApi({ now: () => Date.parse(now) });
  const run = await api.read(
    ['public_holidays'],
    { config: start_date === undefined ? {} : { start_date } },
    { clock },
  );
  expect(api.requests.map(({ query }) => query)).toEqual([{ ...window, page: '1', 'per-page': '200' }]);
  const dates = run.records('public_holidays').flatMap((record) => record.dates as string[]);
  const years = (window: { start_date: string; end_date: string }) => [
    window.start_date.slice(0, 4),
    window.end_date.slice(0, 4),
  ];
  expect([dates.toSorted()[0]?.slice(0, 4), dates.toSorted().at(-1)?.slice(0, 4)]).toEqual(years(window));
});

test('people include role placeholders; projects and phases include their teams and tasks', async () => {
  const api = await startApi();
  const run = await api.read(['people', 'projects', 'phases']);
  const types = run.records('people').map((person) => person.people_type_id);
  expect(new Set(types)).toEqual(new Set([1, 2, 3, 4]));
  const filled = (name: string, field: string) =>
    run.records(name).filter((record) => (record[field] as []).length > 0);
  for (const field of ['project_team', 'project_tasks']) expect(filled('projects', field)).not.toEqual([]);
  for (const field of ['phase_team', 'phase_tasks']) expect(filled('phases', field)).not.toEqual([]);
});

test('a new field and a new value from Float arrive, and are logged once', async () => {
  const api = await startApi({ company: { counts: { tasks: 250, projects: 2 } } });
  const news = { status: 9, repeat_state: 12, mood: 'good' };
  for (const row of api.company.rows('tasks').slice(0, 240)) api.company.update('tasks', Number(row.task_id), news);
  api.company.insert('projects', { status: 7, project_team: [{ people_id: 1, shirt: 'L' }] });
  const run = await api.read(['tasks', 'projects'], { mode: 'incremental' });
  expect(run.code).toBe(0);
  expect(run.records('tasks').filter(({ status }) => status === 9)).toHaveLength(240);
  const moods = run.records('tasks').flatMap(({ additional_fields: additional }) => additional ?? []);
  expect(moods).toEqual(Array.from({ length: 240 }, () => ({ mood: 'good' })));
  expect(run.records('projects')[0]).toMatchObject({ status: 7, project_team: [{ people_id: 1, shirt: 'L' }] });
  expect(run.logs('WARN')).toEqual([
    expect.stringMatching(/^tasks: .* no column: mood\. They are in additional_fields\.$/),
  ]);
  expect(
    run
      .logs('INFO')
      .filter((line) => line.includes('new to this connector'))
      .toSorted(),
  ).toEqual([
    'projects: values that are new to this connector: status 7.',
    'tasks: values that are new to this connector: status 9, repeat_state 12.',
  ]);
});
