import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type ConfiguredStream, configure } from '../demo/airbyte.ts';
import { COMPANY } from '../demo/company.ts';
import { Destination } from '../demo/duckdb.ts';
import { createViews, recipeViews } from '../demo/recipes.ts';
import { toDay } from '../mock-api/dates.ts';
import type { Key, Row } from '../mock-api/rows.ts';
import type { Company } from '../mock-api/server.ts';
import { type Api, startApi } from './support/api.ts';
import { temporaryFolder } from './support/inputs.ts';
import { costOf, moneyOf, worthOf } from './support/money.ts';
import { groupBy, holidaysOf, mondayOf, type PersonDay, plansOf, sum, timesOf, type Work } from './support/plans.ts';
import type { Run } from './support/run.ts';

const NOW = Date.parse('2026-06-10T12:00:00Z');
const HOUR = 3_600_000;

/** What the recipes build upon. */
const STEPS = [
  'calendar',
  'occurrences',
  'task_people',
  'time_off_people',
  'time_off_days',
  'holiday_days',
  'person_days',
  'scheduled_days',
  'logged_money',
];
const QUESTIONS = [
  'utilisation_by_week',
  'planned_and_logged_by_project',
  'billable_by_month',
  'margin_by_project',
  'time_off_calendar',
];
const APPEND_MODE = ['logged_time_now', 'deleted_logged_time'];

/** The SQL that the page hands to a command: that of the section about fields without a column. */
const [fieldNames = '', fieldColumns = ''] = [
  ...readFileSync(new URL('../docs/recipes.md', import.meta.url), 'utf8').matchAll(/<<'SQL'\n(.*?)SQL\n/gs),
].map(([, sql = '']) => sql);

/** The days to look at, in place of those around the present one. */
const CALENDAR = { first: '2026-01-01', last: '2026-12-31', today: '2026-06-10' };
const FIXED_CALENDAR = `
  CREATE OR REPLACE VIEW calendar AS
  SELECT CAST(day AS DATE) AS day, day <= DATE '${CALENDAR.today}' AS is_past
  FROM generate_series(DATE '${CALENDAR.first}', DATE '${CALENDAR.last}', INTERVAL 1 DAY) AS days (day)`;

type Cell = string | number | boolean | null;

/** Days as text, numbers to six decimals, in an order of their own. */
function comparable(rows: readonly object[]): Record<string, Cell>[] {
  const cell = (value: unknown): Cell => {
    if (value instanceof Date) return value.toISOString().replace('T00:00:00.000Z', '');
    // Sums in another order differ in their last bits, which at a tie would round to another sixth digit.
    return typeof value === 'number' ? Number(Number(value.toPrecision(12)).toFixed(6)) : (value as Cell);
  };
  return rows
    .map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, cell(value)])))
    .map((row) => [JSON.stringify(row), row] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, row]) => row);
}

const pinned = (ms: number) => ({
  env: { NODE_OPTIONS: `--import=${new URL('support/pinned-date.mjs', import.meta.url)}`, PINNED_DATE: String(ms) },
});

async function load(destination: Destination, streams: readonly ConfiguredStream[], run: Run): Promise<void> {
  for (const stream of streams) await destination.prepare(stream);
  for (const { stream, data, emitted_at } of run.recordMessages) destination.append(stream, data, emitted_at);
  for (const { stream } of streams) await destination.complete(stream.name);
}

/** The streams that the recipes name. */
async function streamsOf(api: Api): Promise<ConfiguredStream[]> {
  const { catalog } = (await api.discover()).only('CATALOG');
  const sql = [fieldNames, fieldColumns, ...(await recipeViews()).map(({ select }) => select)].join('\n');
  return catalog.streams.filter(({ name }) => new RegExp(`\\b${name}\\b`).test(sql)).map(configure);
}

const namesOf = (streams: readonly ConfiguredStream[]) => streams.map(({ stream }) => stream.name);

/** What the mock company has too little of: every rule of repetition, changed working weeks, declined and doubled time off. */
function addOddities(company: Company): void {
  const people = company.rows('people').map((row) => Number(row.people_id));
  const [someone = 0, another = 0, third = 0] = people;
  for (const rule of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]) {
    const plan = { start_date: '2026-01-29', end_date: '2026-01-31', repeat_state: rule };
    const task = { ...plan, people_id: someone, people_ids: null, hours: 1.25, status: 2 };
    company.insert('tasks', { ...task, repeat_end_date: '2027-03-01' });
    // Ends in the middle of a repetition; and never.
    company.insert('tasks', { ...task, repeat_end_date: '2026-04-30' });
    company.insert('tasks', { ...task, repeat_end_date: null });
    company.insert('timeoffs', {
      ...plan,
      people_ids: [another],
      repeat_end: '2026-10-30',
      hours: 1,
      full_day: 0,
      status: 2,
    });
    company.insert('status', { ...plan, people_id: third, repeat_end_date: '2026-08-01' });
  }
  // A rule that nobody knows yet; a repetition that overlaps the one before.
  const plan = {
    start_date: '2026-02-02',
    end_date: '2026-02-12',
    people_id: third,
    people_ids: null,
    hours: 2,
    status: 1,
  };
  company.insert('tasks', { ...plan, repeat_state: 99, repeat_end_date: '2026-12-01' });
  company.insert('tasks', { ...plan, repeat_state: 1, repeat_end_date: '2026-03-02' });
  // The end of repetitions that there are not any more.
  company.insert('tasks', { ...plan, repeat_state: 0, repeat_end_date: '2026-02-05' });
  company.insert('tasks', { ...plan, repeat_state: 0, repeat_end_date: '2026-01-05' });
  // The same person twice; nobody; a person that is gone.
  const once = { ...plan, repeat_state: 0, repeat_end_date: null };
  for (const status of [0, 3, 4, null]) company.insert('tasks', { ...once, status });
  company.insert('tasks', { ...once, people_id: null, people_ids: [someone, another, another] });
  company.insert('tasks', { ...once, people_id: null, people_ids: null });
  company.insert('tasks', { ...once, people_id: null, people_ids: [] });
  company.insert('tasks', { ...once, people_id: 1, people_ids: null });

  const off = {
    start_date: '2026-05-04',
    end_date: '2026-05-10',
    people_ids: [another, third],
    repeat_state: 0,
    repeat_end: null,
  };
  company.insert('timeoffs', { ...off, hours: null, full_day: 1, status: 2 });
  company.insert('timeoffs', { ...off, hours: 4, full_day: null, status: 1 });
  company.insert('timeoffs', { ...off, start_date: '2026-05-08', hours: 2, full_day: 1, status: 2 });
  company.insert('timeoffs', { ...off, people_ids: [someone], hours: null, full_day: 1, status: 3 });

  company.update('people', another, {
    work_days_hours: [0, 4, 4, 4, 4, 4, 0],
    work_days_hours_history: {
      '2026-03-04': [0, 4, 4, 4, 4, 4, 0],
      '1970-01-01': [0, 8, 8, 8, 8, 8, 0],
      '2026-02-10': [1, 6, 6, 6, 0, 0, 2],
    },
  });
  company.update('people', third, { start_date: '2026-02-04', end_date: '2026-05-20' });
  // A project that was only planned, one that was only worked on, and one that is gone.
  const { project_id: planned = 0 } = company.insert('projects', { name: 'Only planned', client_id: null });
  const { project_id: done = 0 } = company.insert('projects', { name: 'Only done' });
  company.insert('tasks', { ...once, people_id: someone, people_ids: null, project_id: planned });
  for (const project_id of [done, 2]) company.insert('logged-time', { date: '2026-04-01', hours: 1.75, project_id });
  // Outside the calendar, and on a day off.
  company.insert('logged-time', { date: '2025-12-31', hours: 7, people_id: someone });
  company.insert('logged-time', { date: '2026-06-07', hours: 3, people_id: someone });
}

/** Contracts and rates that change within the calendar, and those that are missing. */
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
  company.update('people', unpaid, {
    contracts: [{ ...contract, effective_date: '2025-06-01', cost_rate: null, cost_rate_from: null }],
    role_id: another,
    default_hourly_rate: null,
  });
  company.update('people', late, {
    contracts: [{ ...contract, effective_date: '2026-04-01', cost_rate: '80.0000', cost_rate_from: 'person' }],
    role_id: role,
  });
  company.update('people', without, { contracts: [], role_id: another, cost_rate: '29.5000' });
  const { project_id = 0 } = company.insert('projects', {
    name: 'Paid by the hour',
    default_hourly_rate: null,
    project_team: [{ people_id: changing, hourly_rate: '140.0000', role_id: role, phase_id: 0 }],
  });
  const { phase_id = 0 } = company.insert('phases', {
    project_id,
    default_hourly_rate: '95.0000',
    phase_team: [{ people_id: late, hourly_rate: '155.0000', role_id: role }],
  });
  for (const people_id of [changing, unpaid, late, without]) {
    for (const date of ['2026-02-27', '2026-03-02', '2026-03-31', '2026-04-01', '2026-05-01', '2026-05-02']) {
      const entry = { people_id, date, project_id, hours: 2.5 };
      company.insert('logged-time', { ...entry, phase_id: 0, billable: 1 });
      company.insert('logged-time', { ...entry, phase_id, billable: 1 });
      company.insert('logged-time', { ...entry, phase_id, billable: 0 });
    }
  }
}

test('every recipe is one of those that are tested here', async () => {
  const views = await recipeViews();
  expect(views.map(({ name }) => name)).toEqual([...STEPS, ...QUESTIONS, ...APPEND_MODE]);
});

describe('of the present state', () => {
  let destination: Destination;
  let company: Company;
  let plans: ReturnType<typeof plansOf>;

  beforeAll(async () => {
    const api = await startApi({ now: () => NOW, company: COMPANY });
    company = api.company;
    addOddities(company);
    addMoney(company);
    const streams = await streamsOf(api);
    const run = await api.read(namesOf(streams), { mode: 'incremental' }, pinned(NOW));
    destination = await Destination.create(join(await temporaryFolder(), 'recipes.duckdb'));
    await load(destination, streams, run);
    await createViews(destination);
    plans = plansOf(company, CALENDAR);
  });

  afterAll(() => destination.close());

  const answerTo = async (sql: string) => comparable(await destination.query(sql));

  test('the calendar has each day once, whole months around the present one, and knows which are past', async () => {
    const [own] = await answerTo(`
      SELECT count(*) AS days, count(DISTINCT day) AS different, min(day) AS first, max(day) AS last,
        max(day) FILTER (is_past) AS today, current_date AS expected
      FROM calendar`);
    const [year = 0, month = 0] = String(own?.expected).split('-').map(Number);
    const first = toDay(Date.UTC(year, month - 7, 1));
    const last = toDay(Date.UTC(year, month + 6, 0));
    const days = (Date.parse(last) - Date.parse(first)) / 86_400_000 + 1;
    expect(own).toEqual({ days, different: days, first, last, today: own?.expected, expected: own?.expected });
  });

  describe('of a year', () => {
    beforeAll(() => destination.query(FIXED_CALENDAR));

    test('repetitions are on the days of their rule', async () => {
      const rows = [
        ...company.rows('tasks').map((row) => ({ stream: 'tasks', id: row.task_id, row })),
        ...company.rows('timeoffs').map((row) => ({ stream: 'time_off', id: row.timeoff_id, row })),
        ...company.rows('status').map((row) => ({ stream: 'status', id: row.status_id, row })),
      ];
      const expected = rows.flatMap(({ stream, id, row }) =>
        timesOf(row, CALENDAR).map((days, repetition) => ({
          stream,
          id,
          repetition,
          first_day: days.at(0),
          last_day: days.at(-1),
        })),
      );
      expect(await answerTo('SELECT * FROM occurrences')).toEqual(comparable(expected));
    });

    test.each(['tasks', 'timeoffs'] as const)('each repetition of %s has exactly one row', async (endpoint) => {
      const { view, key, field } = {
        tasks: { view: 'task_people', key: 'task_id', field: 'task_id' },
        timeoffs: { view: 'time_off_people', key: 'time_off_id', field: 'timeoff_id' },
      }[endpoint];
      const expected = company.rows(endpoint).flatMap((row) => {
        const people = [row.people_id ?? [], row.people_ids ?? []].flat();
        return [...new Set(people)].map((person) => ({ [key]: row[field], people_id: person }));
      });
      expect(await answerTo(`SELECT * FROM ${view}`)).toEqual(comparable(expected));
    });

    test('time off falls on its days', async () => {
      const expected = plans.absences.map(({ person, day, repetition, row }) => ({
        time_off_id: row.timeoff_id,
        repetition,
        people_id: person,
        day,
        timeoff_type_name: row.timeoff_type_name,
        status: row.status,
        hours: row.full_day === 1 ? null : row.hours,
      }));
      expect(await answerTo('SELECT * FROM time_off_days')).toEqual(comparable(expected));
    });

    test('holidays fall on their days, for the team or for a region', async () => {
      const expected = holidaysOf(company).filter(({ day }) => day >= CALENDAR.first && day <= CALENDAR.last);
      expect(expected.some(({ region }) => region === null)).toBe(true);
      expect(await answerTo('SELECT * FROM holiday_days')).toEqual(comparable(expected));
    });

    test('capacity is the working week without holidays and time off', async () => {
      const expected = [...plans.personDays.values()].map(({ person, day, capacity, timeOff, available }) => {
        return { people_id: person, day, capacity, time_off: timeOff, available };
      });
      expect(await answerTo('SELECT * FROM person_days')).toEqual(comparable(expected));
    });

    test('allocations count on working days without holidays and time off', async () => {
      const expected = plans.scheduled.map(({ task, person, project, day, hours }) => {
        return { task_id: task, people_id: person, project_id: project, day, hours };
      });
      expect(await answerTo('SELECT task_id, people_id, project_id, day, hours FROM scheduled_days')).toEqual(
        comparable(expected),
      );
    });

    test('logged time has the rates of its day', async () => {
      const money = moneyOf(company, CALENDAR);
      const expected = money.map((entry) => ({
        logged_time_id: entry.id,
        people_id: entry.person,
        project_id: entry.project,
        day: entry.day,
        hours: entry.hours,
        billable: entry.billable,
        cost_rate: entry.costRate,
        hourly_rate: entry.hourlyRate,
        cost: costOf(entry),
        value: worthOf(entry),
      }));
      expect(new Set(money.map(({ costRate }) => costRate)).size).toBeGreaterThan(10);
      expect(new Set(money.map(({ hourlyRate }) => hourlyRate)).size).toBeGreaterThan(10);
      expect(money.some(({ costRate }) => costRate === null)).toBe(true);
      expect(money.some(({ hourlyRate }) => hourlyRate === null)).toBe(true);
      expect(await answerTo('SELECT * FROM logged_money')).toEqual(comparable(expected));
    });

    const answers: Record<string, () => object[]> = {
      utilisation_by_week: () => {
        const isCounted = new Map(
          company
            .rows('people')
            .map((row) => [
              Number(row.people_id),
              row.people_type_id !== 3 && row.people_type_id !== 4 && (row.active === 1 || row.end_date !== null),
            ]),
        );
        const weekOf = ({ person, day }: PersonDay | Work) => `${person} ${mondayOf(day)}`;
        const scheduled = groupBy(plans.scheduled, weekOf);
        const logged = groupBy(plans.logged, weekOf);
        const hoursIn = (work: Work[] = []) => sum(work.map(({ hours }) => hours));
        return [...groupBy(plans.personDays.values(), weekOf)].flatMap(([key, days]) => {
          const [{ person = 0, day = '' } = {}] = days;
          if (isCounted.get(person) !== true) return [];
          const available = sum(days.map(({ available }) => available));
          const hours = { scheduled: hoursIn(scheduled.get(key)), logged: hoursIn(logged.get(key)) };
          return {
            people_id: person,
            name: company.find('people', person)?.name,
            week: mondayOf(day),
            capacity: sum(days.map(({ capacity }) => capacity)),
            time_off: sum(days.map(({ timeOff }) => timeOff)),
            available,
            ...hours,
            scheduled_share: available === 0 ? null : hours.scheduled / available,
            logged_share: available === 0 ? null : hours.logged / available,
          };
        });
      },

      planned_and_logged_by_project: () => {
        const isPast = ({ day }: Work) => day <= CALENDAR.today;
        const hoursOf = (work: Work[], project: number) =>
          sum(work.filter((one) => one.project === project && isPast(one)).map(({ hours }) => hours));
        const projects = new Set([...plans.scheduled, ...plans.logged].filter(isPast).map(({ project }) => project));
        return [...projects].map((project) => {
          const row = company.find('projects', project);
          const client = company.find('clients', Number(row?.client_id));
          const planned = hoursOf(plans.scheduled, project);
          const logged = hoursOf(plans.logged, project);
          return {
            project_id: project,
            project: row?.name ?? null,
            client: client?.name ?? null,
            planned,
            logged,
            difference: logged - planned,
          };
        });
      },

      billable_by_month: () =>
        (['scheduled', 'logged'] as const).flatMap((kind) =>
          [...groupBy(plans[kind], ({ day }) => `${day.slice(0, 7)}-01`)].map(([month, work]) => {
            const hours = sum(work.map(({ hours }) => hours));
            const billable = sum(work.filter(({ billable }) => billable).map(({ hours }) => hours));
            return { month, kind, hours, billable, billable_share: billable / hours };
          }),
        ),

      margin_by_project: () =>
        [...groupBy(moneyOf(company, CALENDAR), ({ project }) => String(project))].map(([project, entries]) => {
          const hoursOf = (wanted: typeof entries) => sum(wanted.map(({ hours }) => hours));
          const cost = sum(entries.map((entry) => costOf(entry) ?? 0));
          const value = sum(entries.map((entry) => worthOf(entry) ?? 0));
          return {
            project_id: Number(project),
            project: company.find('projects', Number(project))?.name ?? null,
            hours: hoursOf(entries),
            cost,
            value,
            margin: value - cost,
            margin_share: value === 0 ? null : (value - cost) / value,
            hours_without_cost: hoursOf(entries.filter((entry) => costOf(entry) === null)),
            hours_without_value: hoursOf(entries.filter((entry) => worthOf(entry) === null)),
          };
        }),

      time_off_calendar: () =>
        [...groupBy(plans.absences, ({ person, day }) => `${person} ${day}`)].flatMap(([key, absences]) => {
          const { person, day, capacity = 0, timeOff, available } = plans.personDays.get(key) ?? {};
          if (capacity === 0) return [];
          return {
            people_id: person,
            name: company.find('people', Number(person))?.name,
            day,
            kinds: [...new Set(absences.map(({ row }) => row.timeoff_type_name))].sort().join(', '),
            hours: timeOff,
            whole_day: Number(available === 0),
            tentative: Number(absences.some(({ row }) => row.status === 1)),
          };
        }),
    };

    test.each(QUESTIONS)('%s', async (name) => {
      const expected = comparable(answers[name]?.() ?? []);
      expect(expected.length).toBeGreaterThan(10);
      expect(await answerTo(`SELECT * FROM ${name}`)).toEqual(expected);
    });

    test('fields without a column are found and unpacked', async () => {
      const currencies = company
        .rows('currencies')
        .map(({ currency_id: id, code, is_default }) => ({ id, code, is_default }));
      expect(currencies).not.toEqual([]);
      expect(await answerTo(fieldColumns)).toEqual(comparable(currencies));
      const stages = company.rows('project-stages');
      const expected = ['active', 'order', 'status'].map((field) => ({
        field,
        row_count: stages.length,
        example: stages.map((row) => String(row[field])).sort()[0],
      }));
      expect(await answerTo(fieldNames)).toEqual(comparable(expected));
    });
  });
});

describe('of append mode', () => {
  let destination: Destination;
  let company: Company;
  /** The last version of each deleted row that a sync brought. */
  const lastKnown = new Map<string, Row>();

  beforeAll(async () => {
    let now = NOW;
    const api = await startApi({ now: () => now, company: COMPANY });
    company = api.company;
    const streams = (await streamsOf(api)).filter(({ stream }) => stream.name === 'logged_time');
    destination = await Destination.create(join(await temporaryFolder(), 'append.duckdb'));

    let state: unknown[] = [];
    const sync = async () => {
      now += HOUR;
      const run = await api.read(['logged_time'], { mode: 'incremental', state }, pinned(now));
      state = run.stateFile();
      // All that one sync brings, behind what the earlier ones brought: append mode.
      await load(
        destination,
        streams.map((stream) => ({ ...stream, destination_sync_mode: 'overwrite' })),
        run,
      );
      await destination.query('CREATE TABLE IF NOT EXISTS history AS FROM logged_time LIMIT 0');
      await destination.query('INSERT INTO history FROM logged_time');
    };
    const remove = (key: Key, isKnown = true) => {
      if (isKnown) lastKnown.set(String(key), company.find('logged-time', key) ?? {});
      company.remove('logged-time', key);
    };

    await sync();
    now += HOUR;
    const [first = '', second = '', third = ''] = company.rows('logged-time').map((row) => String(row.logged_time_id));
    company.update('logged-time', first, { hours: 1.5 });
    company.update('logged-time', second, { hours: 2.5 });
    const { logged_time_id: brief } = company.insert('logged-time', { hours: 4 });
    remove(String(brief), false);
    remove(third);
    await sync();
    now += HOUR;
    company.update('logged-time', first, { hours: 3.5 });
    remove(second);
    company.insert('logged-time', { hours: 6 });
    await sync();
    await destination.query('DROP TABLE logged_time');
    await destination.query('ALTER TABLE history RENAME TO logged_time');
    for (const { name, select } of await recipeViews()) {
      if (APPEND_MODE.includes(name)) await destination.query(`CREATE VIEW ${name} AS ${select}`);
    }
  });

  afterAll(() => destination.close());

  test('a row has all its versions, so that a plain sum is wrong', async () => {
    const [{ versions = 0, ids = 0 } = {}] = await destination.query<{ versions: number; ids: number }>(
      'SELECT count(*) AS versions, count(DISTINCT id) AS ids FROM logged_time',
    );
    expect(versions).toBeGreaterThan(ids + 4);
  });

  test('the current state has the newest version of each row that is not deleted', async () => {
    const expected = company.rows('logged-time').map(({ logged_time_id: id, hours }) => ({ id, hours }));
    expect(comparable(await destination.query('SELECT id, hours FROM logged_time_now'))).toEqual(comparable(expected));
  });

  test('deleted rows have their last known values', async () => {
    const expected = company.visibleDeletions('logged-time').map(({ id, at }) => {
      const { people_id = null, project_id = null, date = null, hours = null } = lastKnown.get(String(id)) ?? {};
      return { deleted_at: new Date(at), id, people_id, project_id, date, hours };
    });
    expect(expected).toHaveLength(3);
    expect(comparable(await destination.query('SELECT * FROM deleted_logged_time'))).toEqual(comparable(expected));
  });
});
