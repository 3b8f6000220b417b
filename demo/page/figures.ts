/**
 * What the page shows, by SQL. How hours are counted:
 *
 * - An allocation has its hours on each working day from start_date to end_date, for each of its people, and again with
 *   each repetition. Drafts and cancelled ones do not count.
 * - A person works the hours of the newest week in work_days_hours_history that had begun, else of work_days_hours, else 8
 *   from Monday to Friday; none on the holidays of the company and of their region, and outside start_date and end_date.
 * - Time off takes its hours from that, or the whole day; declined ones do not count.
 * - Utilisation is what is planned, of the hours that are left. Nothing is planned on days on which none are left.
 */
import type { Destination } from '../duckdb.ts';

/** More rows make a chart unreadable. */
export const MOST_PEOPLE = 30;
export const MOST_PROJECTS = 15;

/** First and last day of what a chart shows, as SQL: whole weeks around the present one, of which `monday` is the first day. */
const HEAT = { from: '(monday - 28)', to: '(monday + 62)' };
const PLANNED = { from: '(monday - 56)', to: 'day' };
const CALENDAR = { from: '(monday - 7)', to: '(monday + 48)' };
const LAST_DAYS = { from: '(day - 27)', to: 'day' };
const NEXT_DAYS = { from: 'day', to: '(day + 27)' };

/** Days are `YYYY-MM-DD`. */
export interface Figures {
  readonly today: string;
  /** Of the account owner's e-mail address: Float's API does not tell the company's name. */
  readonly domain: string | null;
  readonly key: KeyFigures;
  readonly utilisation: Utilisation;
  readonly projects: Projects;
  readonly timeOff: TimeOff;
}

export interface KeyFigures {
  people: number;
  placeholders: number;
  projects: number;
  clients: number;
  /** Hours of the next 28 days. */
  planned: number;
  available: number;
  /** Hours of the last 28 days. */
  logged: number;
  billable: number;
  /** In the next 28 days, working hours off as days of eight hours. */
  days_off: number;
  people_off: number;
}

export interface Utilisation {
  readonly weeks: readonly string[];
  /** Those with most planned hours first. */
  readonly people: readonly Person[];
  readonly cells: readonly Cell[];
}

export interface Person {
  id: number;
  name: string;
}

/** A person's week. */
export interface Cell {
  id: number;
  week: string;
  planned: number;
  /** Hours that are left of the capacity after time off. */
  available: number;
  capacity: number;
}

export interface Projects {
  readonly from: string;
  /** Those with most hours first. */
  readonly rows: readonly ProjectHours[];
  readonly count: number;
}

export interface ProjectHours {
  id: number;
  name: string;
  planned: number;
  logged: number;
}

export interface TimeOff {
  readonly from: string;
  readonly to: string;
  readonly spans: readonly Span[];
  readonly holidays: readonly { day: string; name: string }[];
}

export interface Span {
  id: number;
  name: string;
  type: string;
  /** Within the calendar. */
  start: string;
  end: string;
  tentative: boolean;
  /** A day; null for whole days. */
  hours: number | null;
}

/** `today` is a day of the calendar, the company's. */
export async function figuresOf(destination: Destination, today: string): Promise<Figures> {
  const ask = <Row extends object>(sql: string): Promise<Row[]> => destination.query<Row>(sql);
  const one = async <Row extends object>(sql: string): Promise<Row> => {
    const [row] = await ask<Row>(sql);
    if (row === undefined) throw new Error(`no row of ${sql}`);
    return row;
  };
  await destination.query(
    `CREATE OR REPLACE TEMP TABLE today AS
    SELECT $1::DATE AS day, date_trunc('week', $1::DATE)::DATE AS monday`,
    [today],
  );
  for (const [name, select] of Object.entries(TABLES)) {
    await destination.query(`CREATE OR REPLACE TEMP TABLE ${name} AS ${select}`);
  }
  const rows = await ask<ProjectHours>(PROJECTS);
  const weeks = await ask<{ week: string }>(WEEKS);
  return {
    today,
    ...(await one<{ domain: string | null }>(DOMAIN)),
    key: await one<KeyFigures>(KEY),
    utilisation: { weeks: weeks.map(({ week }) => week), people: await ask(PEOPLE), cells: await ask(CELLS) },
    projects: {
      from: (await one<Bounds>(boundsOf(PLANNED))).from,
      rows: rows.slice(0, MOST_PROJECTS),
      count: rows.length,
    },
    timeOff: { ...(await one<Bounds>(boundsOf(CALENDAR))), spans: await ask(SPANS), holidays: await ask(HOLIDAYS) },
  };
}

interface Bounds {
  from: string;
  to: string;
}

const boundsOf = ({ from, to }: Bounds): string => `SELECT ${from}::VARCHAR AS from, ${to}::VARCHAR AS to FROM today`;

const within = (column: string, { from, to }: Bounds): string =>
  `${column} BETWEEN (SELECT ${from} FROM today) AND (SELECT ${to} FROM today)`;

/** The rows of a table, once for each repetition that touches the days that are looked at, from `start` to `finish`. */
function occurrences(table: string, { until, condition }: { until: string; condition: string }): string {
  return `
    SELECT *, (start_date + n * coalesce(every, INTERVAL 0 DAY))::DATE AS start,
      least(start + length, greatest(coalesce(${until}, DATE '9999-12-31'), start_date + length)) AS finish
    FROM (
      SELECT *, unnest(range(1 + CASE WHEN every IS NULL THEN 0 ELSE greatest(0, stop - start_date) // least_days END)) AS n
      FROM (
        SELECT *, least(${until}, (SELECT max(day) FROM days)) AS stop, coalesce(end_date - start_date, 0)::INTEGER AS length
        FROM ${table} LEFT JOIN repetitions USING (repeat_state)
        WHERE start_date IS NOT NULL AND ${condition}
      )
    )
    WHERE (n = 0 OR start <= stop) AND start <= (SELECT max(day) FROM days) AND finish >= (SELECT min(day) FROM days)`;
}

/** Steps on the way, each from the ones before it. */
const TABLES = {
  days: `
    SELECT unnest(generate_series(least(${HEAT.from}, ${PLANNED.from}, ${CALENDAR.from}),
      greatest(${HEAT.to}, ${CALENDAR.to}), INTERVAL 1 DAY))::DATE AS day
    FROM today`,

  repetitions: `
    SELECT repeat_state, every::INTERVAL AS every, least_days
    FROM (VALUES
      (1, '7 days', 7), (2, '1 month', 28), (3, '14 days', 14), (4, '21 days', 21), (5, '42 days', 42),
      (6, '2 months', 59), (7, '3 months', 89), (8, '6 months', 181), (9, '1 year', 365)
    ) AS states (repeat_state, every, least_days)`,

  /** `everybody`: of the company, not of a region. */
  free_days: `
    SELECT true AS everybody, NULL::BIGINT AS region, name,
      unnest(generate_series(date, coalesce(end_date, date), INTERVAL 1 DAY))::DATE AS day
    FROM holidays WHERE date IS NOT NULL
    UNION
    SELECT false, region, name, unnest(TRY_CAST(dates AS DATE[])) FROM public_holidays`,

  /** Hours from Sunday to Saturday. */
  working_weeks: `
    SELECT id AS person, DATE '1900-01-01' AS since, coalesce(TRY_CAST(work_days_hours AS DOUBLE[]), [0, 8, 8, 8, 8, 8, 0]) AS hours
    FROM people
    UNION ALL
    SELECT id, since::DATE, TRY_CAST(work_days_hours_history -> since AS DOUBLE[])
    FROM (SELECT id, work_days_hours_history, unnest(json_keys(work_days_hours_history)) AS since FROM people)`,

  workdays: `
    SELECT people.id AS person, day,
      CASE
        WHEN day < any_value(start_date) OR day > any_value(end_date) THEN 0
        WHEN EXISTS (FROM free_days WHERE free_days.day = days.day AND (everybody OR region = any_value(region_id))) THEN 0
        ELSE coalesce(max_by(hours, since)[dayofweek(day) + 1], 0)
      END AS capacity
    FROM people CROSS JOIN days
    JOIN working_weeks ON working_weeks.person = people.id AND since <= day
    GROUP BY people.id, day`,

  absences: `
    SELECT * RENAME (hours AS hours_given), unnest(list_distinct(TRY_CAST(people_ids AS BIGINT[]))) AS person,
      CASE WHEN full_day = 1 THEN NULL ELSE hours END AS hours
    FROM (${occurrences('time_off', { until: 'repeat_end', condition: 'coalesce(status, 2) <> 3' })})`,

  /** `hours`: what is left of the capacity. */
  attendance: `
    SELECT workdays.person, day, capacity,
      greatest(0, capacity - coalesce(sum(coalesce(hours, capacity)) FILTER (absences.person IS NOT NULL), 0)) AS hours
    FROM workdays
    LEFT JOIN absences ON absences.person = workdays.person AND day BETWEEN start AND finish
    GROUP BY workdays.person, day, capacity`,

  plans: `
    SELECT person, project_id, day, assigned.hours
    FROM (
      SELECT *, unnest(list_distinct(list_append(coalesce(TRY_CAST(people_ids AS BIGINT[]), []), people_id))) AS person
      FROM (${occurrences('tasks', { until: 'repeat_end_date', condition: 'coalesce(status, 2) NOT IN (0, 4)' })})
    ) AS assigned
    JOIN days ON day BETWEEN start AND finish
    JOIN attendance USING (person, day)
    WHERE attendance.hours > 0`,

  /** Those whose weeks are looked at: neither archived nor a placeholder. */
  staff: `
    SELECT id, coalesce(name, id::VARCHAR) AS name FROM people
    WHERE active IS DISTINCT FROM 0 AND coalesce(people_type_id, 1) NOT IN (3, 4)`,

  busiest: `
    SELECT id, name, coalesce(sum(hours), 0) AS hours
    FROM staff LEFT JOIN plans ON person = id AND ${within('day', HEAT)}
    GROUP BY ALL ORDER BY hours DESC, name, id LIMIT ${MOST_PEOPLE}`,
};

const DOMAIN = `
  SELECT (SELECT nullif(split_part(email, '@', 2), '') FROM accounts WHERE account_type = 1 ORDER BY id LIMIT 1) AS domain`;

const KEY = `
  SELECT
    (SELECT count(*) FROM staff) AS people,
    (SELECT count(*) FROM people WHERE active IS DISTINCT FROM 0 AND people_type_id IN (3, 4)) AS placeholders,
    (SELECT count(*) FROM projects WHERE active IS DISTINCT FROM 0) AS projects,
    (SELECT count(DISTINCT client_id) FROM projects WHERE active IS DISTINCT FROM 0) AS clients,
    (SELECT coalesce(sum(hours), 0) FROM plans WHERE person IN (SELECT id FROM staff) AND ${within('day', NEXT_DAYS)}) AS planned,
    (SELECT coalesce(sum(hours), 0) FROM attendance WHERE person IN (SELECT id FROM staff) AND ${within('day', NEXT_DAYS)}) AS available,
    (SELECT coalesce(sum(hours), 0) FROM logged_time WHERE ${within('date', LAST_DAYS)}) AS logged,
    (SELECT coalesce(sum(hours), 0) FROM logged_time WHERE billable = 1 AND ${within('date', LAST_DAYS)}) AS billable,
    (SELECT coalesce(sum(capacity - hours), 0) / 8 FROM attendance
      WHERE person IN (SELECT id FROM staff) AND ${within('day', NEXT_DAYS)}) AS days_off,
    (SELECT count(DISTINCT person) FROM attendance
      WHERE capacity > hours AND person IN (SELECT id FROM staff) AND ${within('day', NEXT_DAYS)}) AS people_off`;

const WEEKS = `
  SELECT DISTINCT date_trunc('week', day)::DATE::VARCHAR AS week FROM days WHERE ${within('day', HEAT)} ORDER BY week`;

const PEOPLE = 'SELECT id, name FROM busiest ORDER BY hours DESC, name, id';

const CELLS = `
  SELECT id, date_trunc('week', day)::DATE::VARCHAR AS week,
    coalesce(sum(plan.hours), 0) AS planned, sum(attendance.hours) AS available, sum(capacity) AS capacity
  FROM busiest JOIN attendance ON attendance.person = id
  LEFT JOIN (SELECT person, day, sum(hours) AS hours FROM plans GROUP BY ALL) AS plan USING (person, day)
  WHERE ${within('day', HEAT)}
  GROUP BY ALL ORDER BY week, id`;

/** A project that Float no longer lists keeps its hours. */
const PROJECTS = `
  SELECT id, coalesce(name, 'project ' || id) AS name, coalesce(planned, 0) AS planned, coalesce(logged, 0) AS logged
  FROM (SELECT project_id AS id, sum(hours) AS planned FROM plans WHERE ${within('day', PLANNED)} GROUP BY ALL)
  FULL JOIN (SELECT project_id AS id, sum(hours) AS logged FROM logged_time WHERE ${within('date', PLANNED)} GROUP BY ALL) USING (id)
  LEFT JOIN (SELECT id, name FROM projects) USING (id)
  WHERE id IS NOT NULL
  ORDER BY greatest(coalesce(planned, 0), coalesce(logged, 0)) DESC, name, id`;

const SPANS = `
  SELECT staff.id, staff.name, coalesce(timeoff_type_name, '') AS type,
    greatest(start, calendar_from)::VARCHAR AS start, least(finish, calendar_to)::VARCHAR AS end,
    coalesce(status = 1, false) AS tentative, hours
  FROM absences JOIN staff ON staff.id = person
  CROSS JOIN (SELECT ${CALENDAR.from} AS calendar_from, ${CALENDAR.to} AS calendar_to FROM today)
  WHERE start <= calendar_to AND finish >= calendar_from
  ORDER BY start, staff.name, staff.id`;

const HOLIDAYS = `
  SELECT day::VARCHAR AS day, string_agg(DISTINCT name, ', ' ORDER BY name) AS name
  FROM free_days WHERE ${within('day', CALENDAR)} GROUP BY day ORDER BY day`;
