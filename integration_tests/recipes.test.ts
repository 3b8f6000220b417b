import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ConfiguredStream } from '../demo/airbyte.ts';
import { Destination } from '../demo/duckdb.ts';
import { createRecipes, recipeViews } from '../demo/recipes.ts';
import type { Company } from '../mock-api/server.ts';
import { startApi } from './support/api.ts';
import { catalogOf } from './support/inputs.ts';
import { viewsOf } from './support/recipes.ts';
import { STREAM_NAMES } from './support/streams.ts';

const NOW = Date.parse('2026-06-10T12:00:00Z');
const COMPANY = { seed: 7, people: 15, projects: 6, weeks: 12, counts: { tasks: 80, 'logged-time': 200 } };

/** All views of the page but those that other tests ask. */
const { calendar, logged_time_now, deleted_logged_time, ...VIEWS } = await recipeViews();

/** The days of the test, instead of those around today. */
const CALENDAR = { first: '2026-01-01', last: '2026-12-31', today: '2026-06-10' };
const FIXED_CALENDAR = `
  SELECT CAST(day AS DATE) AS day, day <= DATE '${CALENDAR.today}' AS is_past
  FROM generate_series(DATE '${CALENDAR.first}', DATE '${CALENDAR.last}', INTERVAL 1 DAY) AS days (day)`;

/** Each row as JSON: days as text, numbers to six decimals, rows and columns in alphabetical order. */
function comparable(rows: readonly object[]): string[] {
  const cell = (value: unknown): unknown => {
    if (value instanceof Date) return value.toISOString().replace('T00:00:00.000Z', '');
    // Sums in another order differ in their last bits, which could round to another sixth decimal.
    return typeof value === 'number' ? Number(Number(value.toPrecision(12)).toFixed(6)) : value;
  };
  const cells = rows.map((row) => Object.entries(row).map(([name, value]) => [name, cell(value)] as const));
  return cells.map((row) => JSON.stringify(Object.fromEntries(row.sort(([a], [b]) => (a < b ? -1 : 1))))).sort();
}

/** An empty database with the tables of these streams. */
async function databaseOf(names: readonly string[]): Promise<Destination> {
  const destination = await Destination.create(':memory:');
  const { streams } = catalogOf(names) as unknown as { streams: ConfiguredStream[] };
  for (const stream of streams) await destination.prepare(stream);
  return destination;
}

/** Adds what the mock company lacks: every repeat rule, changed working weeks, declined and overlapping time off. */
function addOddities(company: Company): void {
  const [someone = 0, another = 0, third = 0] = company.rows('people').map((row) => Number(row.people_id));
  for (let rule = 0; rule <= 9; rule += 1) {
    const plan = { start_date: '2026-01-29', end_date: '2026-01-31', repeat_state: rule };
    const task = { ...plan, people_id: someone, people_ids: null, hours: 1.25, status: 2 };
    // Ends after the calendar; ends in the middle of a repetition; never ends.
    for (const end of ['2027-03-01', '2026-04-30', null]) company.insert('tasks', { ...task, repeat_end_date: end });
    const off = { ...plan, people_ids: [another], hours: 1, full_day: 0, status: 2 };
    company.insert('timeoffs', { ...off, repeat_end: '2026-10-30' });
    company.insert('status', { ...plan, people_id: third, repeat_end_date: '2026-08-01' });
  }
  const dates = { start_date: '2026-02-02', end_date: '2026-02-12' };
  const once = {
    ...dates,
    people_id: third,
    people_ids: null,
    hours: 2,
    status: 1,
    repeat_state: 0,
    repeat_end_date: null,
  };
  const tasks = [
    // An unknown rule; a repetition that overlaps the one before; an end without repetitions.
    { repeat_state: 99, repeat_end_date: '2026-12-01' },
    { repeat_state: 1, repeat_end_date: '2026-03-02' },
    { repeat_end_date: '2026-02-05' },
    { repeat_end_date: '2026-01-05' },
    ...[0, 3, 4, null].map((status) => ({ status })),
    // The same person twice; nobody; an unknown person.
    { people_id: null, people_ids: [someone, another, another] },
    { people_id: null },
    { people_id: null, people_ids: [] },
    { people_id: 1 },
  ];
  for (const fields of tasks) company.insert('tasks', { ...once, ...fields });

  const week = { start_date: '2026-05-04', end_date: '2026-05-10', repeat_state: 0, repeat_end: null };
  const off = { ...week, people_ids: [another, third], hours: null, full_day: 1, status: 2 };
  company.insert('timeoffs', off);
  company.insert('timeoffs', { ...off, hours: 4, full_day: null, status: 1 });
  company.insert('timeoffs', { ...off, start_date: '2026-05-08', hours: 2 });
  company.insert('timeoffs', { ...off, people_ids: [someone], status: 3 });

  company.update('people', another, {
    work_days_hours: [0, 4, 4, 4, 4, 4, 0],
    work_days_hours_history: {
      '2026-03-04': [0, 4, 4, 4, 4, 4, 0],
      '1970-01-01': [0, 8, 8, 8, 8, 8, 0],
      '2026-02-10': [1, 6, 6, 6, 0, 0, 2],
    },
  });
  company.update('people', third, { start_date: '2026-02-04', end_date: '2026-05-20' });
  // A project with only planned hours, one with only logged hours, and an unknown one.
  const { project_id: planned = 0 } = company.insert('projects', { name: 'Only planned', client_id: null });
  const { project_id: done = 0 } = company.insert('projects', { name: 'Only done' });
  company.insert('tasks', { ...once, people_id: someone, project_id: planned });
  for (const project_id of [done, 2]) company.insert('logged-time', { date: '2026-04-01', hours: 1.75, project_id });
  // Outside the calendar, and on a day off.
  company.insert('logged-time', { date: '2025-12-31', hours: 7, people_id: someone });
  company.insert('logged-time', { date: '2026-06-07', hours: 3, people_id: someone });
}

/** Adds contracts and rates that change within the calendar, and people and roles without any. */
function addMoney(company: Company): void {
  const [changing = 0, unpaid = 0, late = 0, without = 0] = company.rows('people').map((row) => Number(row.people_id));
  const [role = 0, another = 0] = company.rows('roles').map((row) => Number(row.id));
  company.update('roles', role, {
    cost_rate_history: [
      { rate: '51.5000', effective_date: '2026-03-02' },
      { rate: '47.0000', effective_date: '2025-01-01' },
    ],
  });
  // Without a rate of its own, and without a default.
  company.update('roles', another, { cost_rate_history: [], default_hourly_rate: null });
  const contract = { role_id: role, role_name: 'Role', cost_rate: '47.0000', cost_rate_from: 'role' };
  company.update('people', changing, {
    contracts: [
      { ...contract, effective_date: '2025-06-01' },
      { ...contract, effective_date: '2026-04-01', cost_rate: '62.2500', cost_rate_from: 'person' },
      { ...contract, effective_date: '2026-05-01', role_id: another, cost_rate: '33.0000' },
    ],
  });
  const withoutRate = { ...contract, effective_date: '2025-06-01', cost_rate: null, cost_rate_from: null };
  company.update('people', unpaid, { contracts: [withoutRate], role_id: another, default_hourly_rate: null });
  const started = { ...contract, effective_date: '2026-04-01', cost_rate: '80.0000', cost_rate_from: 'person' };
  company.update('people', late, { contracts: [started], role_id: role });
  company.update('people', without, { contracts: [], role_id: another, cost_rate: '29.5000' });
  const project_team = [{ people_id: changing, hourly_rate: '140.0000', role_id: role, phase_id: 0 }];
  const project = { name: 'Paid by the hour', default_hourly_rate: null, project_team };
  const { project_id = 0 } = company.insert('projects', project);
  const phase_team = [{ people_id: late, hourly_rate: '155.0000', role_id: role }];
  const { phase_id = 0 } = company.insert('phases', { project_id, default_hourly_rate: '95.0000', phase_team });
  for (const people_id of [changing, unpaid, late, without]) {
    for (const date of ['2026-02-27', '2026-03-02', '2026-03-31', '2026-04-01', '2026-05-01', '2026-05-02']) {
      const entry = { people_id, date, project_id, hours: 2.5 };
      company.insert('logged-time', { ...entry, phase_id: 0, billable: 1 });
      company.insert('logged-time', { ...entry, phase_id, billable: 1 });
      company.insert('logged-time', { ...entry, phase_id, billable: 0 });
    }
  }
}

describe('the current state', () => {
  let destination: Destination;
  let company: Company;
  let expected: Readonly<Record<string, readonly object[]>>;

  beforeAll(async () => {
    const api = await startApi({ now: () => NOW, company: COMPANY });
    company = api.company;
    addOddities(company);
    addMoney(company);
    const clock = { speed: 0, start: NOW, since: NOW };
    const { recordMessages } = await api.read(STREAM_NAMES, { mode: 'incremental' }, { clock });
    destination = await databaseOf(STREAM_NAMES);
    for (const { stream, data, emitted_at } of recordMessages) destination.append(stream, data, emitted_at);
    for (const name of STREAM_NAMES) await destination.complete(name);
    await createRecipes(destination, 'VIEW', { calendar: FIXED_CALENDAR });
    expected = viewsOf(company, CALENDAR);
  });

  afterAll(() => destination.close());

  test('the calendar has each day once, in whole months around today, and knows which days are past', async () => {
    const [own] = await destination.query(`
      SELECT count(DISTINCT day) = count(*) AND count(*) = max(day) - min(day) + 1 AS is_complete,
        date_diff('month', min(day), current_date) AS months_before, date_diff('month', current_date, max(day)) AS months_after,
        day(min(day)) = 1 AND last_day(max(day)) = max(day) AS is_whole,
        max(day) FILTER (is_past) = current_date AS knows_today
      FROM (${calendar})`);
    const facts = { is_complete: true, is_whole: true, knows_today: true };
    expect(own).toEqual({ ...facts, months_before: 6, months_after: 6 });
  });

  test('the page has all views that are computed here', () => {
    expect(Object.keys(expected).sort()).toEqual(Object.keys(VIEWS).sort());
  });

  test.each(Object.keys(VIEWS))('%s has the rows that its text promises', async (name) => {
    expect(expected[name]?.length).toBeGreaterThan(5);
    expect(comparable(await destination.query(`FROM ${name}`))).toEqual(comparable(expected[name] ?? []));
  });

  test('fields without a column are found and unpacked', async () => {
    const text = await readFile(new URL('../docs/recipes.md', import.meta.url), 'utf8');
    const [fields = '', columns = ''] = [...text.matchAll(/<<'SQL'\n(.*?)SQL\n/gs)].map(([, sql]) => sql);
    const currencies = company
      .rows('currencies')
      .map(({ currency_id: id, code, is_default }) => ({ id, code, is_default }));
    expect(comparable(await destination.query(columns))).toEqual(comparable(currencies));
    const stages = company.rows('project-stages');
    const found = ['active', 'order', 'status'].map((field) => {
      return { field, row_count: stages.length, example: stages.map((row) => String(row[field])).sort()[0] };
    });
    expect(comparable(await destination.query(fields))).toEqual(comparable(found));
  });
});

test('in append mode, the newest version of a row counts, and a deleted row has its last known values', async () => {
  // This destination keeps all rows of one full refresh, as append mode keeps all rows of all syncs.
  const destination = await databaseOf(['logged_time']);
  const at = (hour: number) => `2026-06-10T0${hour}:00:00Z`;
  const entry = { people_id: 1, project_id: 2, date: '2026-06-09', created: at(0) };
  const deleted = (id: string, hour: number) => ({ id, modified: at(hour), _ab_cdc_deleted_at: at(hour) });
  const versions = [
    { ...entry, id: 'corrected', hours: 3, modified: at(2) },
    { ...entry, id: 'corrected', hours: 1, modified: null },
    { ...entry, id: 'corrected', hours: 2, modified: at(1) },
    { ...entry, id: 'deleted', hours: 4, modified: at(1) },
    { ...entry, id: 'deleted', hours: 5, modified: at(2) },
    deleted('deleted', 3),
    deleted('never seen', 3),
    deleted('restored', 3),
    { ...entry, id: 'restored', hours: 6, modified: at(4) },
    // Delivered twice.
    { ...entry, id: 'same', hours: 7, modified: null },
    { ...entry, id: 'same', hours: 7, modified: null },
  ];
  for (const version of versions) destination.append('logged_time', version, NOW);
  await destination.complete('logged_time');
  const current = await destination.query(`SELECT id, hours FROM (${logged_time_now}) ORDER BY id`);
  expect(current).toEqual([
    { id: 'corrected', hours: 3 },
    { id: 'restored', hours: 6 },
    { id: 'same', hours: 7 },
  ]);
  const nothing = { people_id: null, project_id: null, date: null, hours: null };
  const { created: _, ...known } = entry;
  expect(comparable(await destination.query(`${deleted_logged_time}`))).toEqual(
    comparable([
      { id: 'deleted', deleted_at: new Date(at(3)), ...known, hours: 5 },
      { id: 'never seen', deleted_at: new Date(at(3)), ...nothing },
      { id: 'restored', deleted_at: new Date(at(3)), ...known, hours: 6 },
    ]),
  );
  destination.close();
});
