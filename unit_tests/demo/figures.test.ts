import { expect, test } from '@jest/globals';
import { type Figures, figuresOf } from '../../demo/page/figures.ts';
import { createViews } from '../../demo/recipes.ts';
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

test('the weeks of the page have the hours of the recipes, from the plans, the absences and the holidays around today', async () => {
  const rows = {
    tasks: [
      task({ start_date: '2026-02-05', end_date: '2026-02-05', repeat_state: 1, repeat_end_date: null, hours: 6 }),
      task({ id: 2 }),
    ],
    time_off: [off({})],
    holidays: [{ id: 1, name: 'Offsite', date: '2026-03-20', end_date: null }],
  };
  const found = await weeks(rows);
  expect(Object.keys(found)).toEqual([
    ...[
      '02-09',
      '02-16',
      '02-23',
      '03-02',
      '03-09',
      '03-16',
      '03-23',
      '03-30',
      '04-06',
      '04-13',
      '04-20',
      '04-27',
      '05-04',
    ],
  ]);
  expect(found).toMatchObject({ '03-02': '6 of 40', '03-09': '38 of 32', '03-16': '6 of 32', '03-23': '6 of 40' });
});

test('the page leaves no tables behind that would hide the views of the file', async () => {
  const names = await withTables({}, async (tables) => {
    await createViews(tables);
    await figuresOf(tables, TODAY);
    return tables.query<{ name: string }>('SELECT table_name AS name FROM duckdb_tables() WHERE temporary');
  });
  expect(names.filter(({ name }) => !name.startsWith('raw_'))).toEqual([]);
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
