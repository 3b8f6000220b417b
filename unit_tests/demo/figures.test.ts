import { expect, test } from '@jest/globals';
import { type Figures, figuresOf } from '../../demo/page/figures.ts';
import type { JsonObject } from '../../src/cdk/index.ts';
import { type Rows, withTables } from './tables.ts';

/** A Wednesday. Its week begins on 9 March 2026. */
const TODAY = '2026-03-11';

const figures = (rows: Rows): Promise<Figures> => withTables(rows, (tables) => figuresOf(tables, TODAY));

const person = (id: number, fields: JsonObject = {}): JsonObject => ({ id, name: `P${id}`, active: 1, ...fields });
const task = (fields: JsonObject): JsonObject => ({
  ...{ id: 1, project_id: 7, people_id: 1, hours: 8, status: 2, repeat_state: 0 },
  ...{ start_date: '2026-03-09', end_date: '2026-03-13' },
  ...fields,
});
const off = (fields: JsonObject): JsonObject => ({
  ...{ id: 1, people_ids: [1], full_day: 1, status: 2, repeat_state: 0, timeoff_type_name: 'Leave' },
  ...{ start_date: '2026-03-10', end_date: '2026-03-10' },
  ...fields,
});

/** `planned of available` of a person's weeks, those without either left out. */
async function weeks(rows: Rows, id = 1): Promise<Record<string, string>> {
  const { utilisation } = await figures({ people: [person(1)], ...rows });
  const own = utilisation.cells.filter((cell) => cell.id === id && cell.planned > 0);
  return Object.fromEntries(own.map(({ week, planned, available }) => [week.slice(5), `${planned} of ${available}`]));
}

test('an allocation has its hours on each working day, its last day included', async () => {
  const rows = { tasks: [task({ start_date: '2026-03-12', end_date: '2026-03-17', hours: 6 })] };
  expect(await weeks(rows)).toEqual({ '03-09': '12 of 40', '03-16': '12 of 40' });
});

test.each([
  ['every two weeks', 3, { '02-09': '8 of 40', '02-23': '8 of 40', '03-09': '8 of 40', '03-23': '8 of 40' }],
  // The 28th of February was a Saturday.
  ['monthly, from a day that February lacks', 2, { '03-30': '8 of 40' }],
  ['in a way that is not known yet', 42, {}],
])('an allocation that repeats %s', async (_, repeat_state, expected) => {
  const start = repeat_state === 3 ? '2026-01-12' : '2025-12-31';
  const tasks = [task({ start_date: start, end_date: start, repeat_state, repeat_end_date: '2026-04-05' })];
  expect(await weeks({ tasks })).toEqual(expected);
});

test('a repetition that is under way on the last day of the repetitions ends there; without one it goes on', async () => {
  const weekly = { start_date: '2026-02-16', end_date: '2026-02-20', repeat_state: 1 };
  const ends = await weeks({ tasks: [task({ ...weekly, repeat_end_date: '2026-03-03' })] });
  expect(ends).toEqual({ '02-16': '40 of 40', '02-23': '40 of 40', '03-02': '16 of 40' });
  const all = await weeks({ tasks: [task({ ...weekly, repeat_end_date: null })] });
  expect(Object.keys(all)).toHaveLength(12);
});

test('several people have the hours each, and nobody has them twice', async () => {
  const people = [person(1), person(2)];
  const tasks = [task({ people_id: null, people_ids: [1, 2, 2] })];
  expect(await weeks({ people, tasks }, 1)).toEqual({ '03-09': '40 of 40' });
  expect(await weeks({ people, tasks }, 2)).toEqual({ '03-09': '40 of 40' });
  expect((await figures({ people, tasks })).projects.rows).toMatchObject([{ planned: 24 * 2 }]);
});

test.each([
  [0, {}],
  [1, { '03-09': '40 of 40' }],
  [3, { '03-09': '40 of 40' }],
  [4, {}],
  [null, { '03-09': '40 of 40' }],
])('an allocation of status %s counts, or not', async (status, expected) => {
  expect(await weeks({ tasks: [task({ status })] })).toEqual(expected);
});

test.each([
  ['a week of their own', { work_days_hours: [4, 0, 8, 8, 0, 0, 0] }, '16 of 20'],
  [
    'a week that has begun',
    { work_days_hours_history: { '1970-01-01': [0, 8, 8, 8, 8, 8, 0], '2026-03-11': [0, 0, 0, 6, 6, 6, 0] } },
    '40 of 34',
  ],
  ['a last day', { end_date: '2026-03-10' }, '16 of 16'],
  ['a first day', { start_date: '2026-03-13' }, '8 of 8'],
])('a person with %s', async (_, fields, expected) => {
  expect(await weeks({ people: [person(1, fields)], tasks: [task({})] })).toEqual({ '03-09': expected });
});

test('holidays are those of the company and of the own region', async () => {
  const rows = {
    people: [person(1, { region_id: 5 })],
    tasks: [task({})],
    holidays: [{ id: 1, name: 'Offsite', date: '2026-03-09', end_date: null }],
    public_holidays: [
      { id: 1, region: 5, name: 'Ours', dates: ['2026-03-10'] },
      { id: 1, region: 6, name: 'Theirs', dates: ['2026-03-11'] },
    ],
  };
  expect(await weeks(rows)).toEqual({ '03-09': '24 of 24' });
});

test.each([
  ['of a whole day leaves nothing to plan on it', off({}), '32 of 32'],
  ['of hours leaves the rest, and the plan stays', off({ full_day: null, hours: 3 }), '40 of 37'],
  ['of more hours than the day has takes the day', off({ full_day: 0, hours: 24 }), '32 of 32'],
  ['that was declined takes nothing', off({ status: 3 }), '40 of 40'],
  ['of somebody else takes nothing', off({ people_ids: [2] }), '40 of 40'],
  [
    'that repeats takes each day',
    off({ start_date: '2026-03-03', end_date: '2026-03-03', repeat_state: 1 }),
    '32 of 32',
  ],
])('time off %s', async (_, absence, expected) => {
  const { '03-09': week } = await weeks({ tasks: [task({})], time_off: [absence] });
  expect(week).toBe(expected);
});

test('placeholders and archived people are not among the people, but what is planned for them is planned', async () => {
  const people = [person(1, { people_type_id: 4 }), person(2, { active: 0 }), person(3)];
  const tasks = [task({}), task({ id: 2, people_id: 2 })];
  const { key, utilisation, projects } = await figures({ people, tasks });
  expect(key).toMatchObject({ people: 1, placeholders: 1, planned: 0 });
  expect(utilisation.people).toEqual([{ id: 3, name: 'P3' }]);
  expect(projects.rows).toEqual([{ id: 7, name: 'project 7', planned: 48, logged: 0 }]);
});

test('projects are compared up to today, those with neither plan nor work left out', async () => {
  const entry = { project_id: 8, people_id: 1, billable: 1 };
  const { projects, key } = await figures({
    people: [person(1)],
    projects: [
      { id: 7, name: 'Planned' },
      { id: 8, name: 'Logged' },
      { id: 9, name: 'Neither' },
    ],
    tasks: [task({})],
    logged_time: [
      { id: 'a', ...entry, date: TODAY, hours: 2.5 },
      { id: 'b', ...entry, date: '2026-03-12', hours: 100 },
      { id: 'c', ...entry, date: '2026-01-11', hours: 100 },
    ],
  });
  expect(projects).toEqual({
    from: '2026-01-12',
    rows: [
      { id: 7, name: 'Planned', planned: 24, logged: 0 },
      { id: 8, name: 'Logged', planned: 0, logged: 2.5 },
    ],
    count: 2,
  });
  expect(key).toMatchObject({ logged: 2.5, billable: 2.5 });
});

test('the calendar shows each absence within its weeks, with what kind it is', async () => {
  const { timeOff } = await figures({
    people: [person(1), person(2)],
    time_off: [
      off({ start_date: '2026-02-01', end_date: '2026-03-04', status: 1 }),
      off({ id: 2, people_ids: [2], full_day: 0, hours: 2 }),
    ],
    holidays: [{ id: 1, name: 'Offsite', date: '2026-03-30', end_date: '2026-03-31' }],
  });
  expect(timeOff).toEqual({
    from: '2026-03-02',
    to: '2026-04-26',
    spans: [
      { id: 1, name: 'P1', type: 'Leave', start: '2026-03-02', end: '2026-03-04', tentative: true, hours: null },
      { id: 2, name: 'P2', type: 'Leave', start: '2026-03-10', end: '2026-03-10', tentative: false, hours: 2 },
    ],
    holidays: [
      { day: '2026-03-30', name: 'Offsite' },
      { day: '2026-03-31', name: 'Offsite' },
    ],
  });
});
