/**
 * The numbers of the page, computed with SQL. docs/recipes.md defines how hours are counted; its views are computed here for the
 * days of the page.
 */
import type { Destination } from '../duckdb.ts';
import { recipeViews, type View } from '../recipes.ts';

/** More rows make a chart unreadable. */
export const MOST_PEOPLE = 30;
export const MOST_PROJECTS = 15;

/** First and last day of a chart, as SQL: whole weeks around the current one, which begins on `monday`. */
const HEAT = { from: '(monday - 28)', to: '(monday + 62)' };
const PLANNED = { from: '(monday - 56)', to: 'day' };
const CALENDAR = { from: '(monday - 7)', to: '(monday + 48)' };
const LAST_DAYS = { from: '(day - 27)', to: 'day' };
const NEXT_DAYS = { from: 'day', to: '(day + 27)' };

/** Days are `YYYY-MM-DD`. */
export interface Figures {
  readonly today: string;
  /** Domain of the account owner's e-mail address, because Float's API does not contain the company's name. */
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
  /** The people with the most planned hours first. */
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
  /** The projects with the most hours first. */
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
  const tables = await tablesOf(today);
  try {
    // Temporary tables take precedence over the views with the same names, which have another calendar.
    for (const { name, select } of tables) await destination.query(`CREATE OR REPLACE TEMP TABLE ${name} AS ${select}`);
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
  } finally {
    for (const { name } of tables) await destination.query(`DROP TABLE IF EXISTS temp.${name}`);
  }
}

interface Bounds {
  from: string;
  to: string;
}

const boundsOf = ({ from, to }: Bounds): string => `SELECT ${from}::VARCHAR AS from, ${to}::VARCHAR AS to FROM today`;

const within = (column: string, { from, to }: Bounds): string =>
  `${column} BETWEEN (SELECT ${from} FROM today) AND (SELECT ${to} FROM today)`;

/** Later tables use earlier ones. The calendar begins with PLANNED, so its past days are those of PLANNED. */
async function tablesOf(today: string): Promise<View[]> {
  const views = (await recipeViews()).filter(({ name }) => RECIPES.includes(name));
  return [
    { name: 'today', select: `SELECT DATE '${today}' AS day, date_trunc('week', DATE '${today}')::DATE AS monday` },
    {
      name: 'calendar',
      select: `
        SELECT days.day::DATE AS day, days.day <= today.day AS is_past
        FROM today, generate_series(${PLANNED.from}, ${HEAT.to}, INTERVAL 1 DAY) AS days (day)`,
    },
    ...views,
    ...Object.entries(OWN).map(([name, select]) => ({ name, select })),
  ];
}

/** The recipes that the page uses, and the recipes that these need. */
const RECIPES: readonly string[] = [
  'occurrences',
  'task_people',
  'time_off_people',
  'time_off_days',
  'holiday_days',
  'person_days',
  'scheduled_days',
  'utilisation_by_week',
  'planned_and_logged_by_project',
];

const OWN = {
  /** People whose weeks are shown: neither archived nor placeholders. */
  staff: `
    SELECT id, coalesce(name, id::VARCHAR) AS name FROM people
    WHERE active IS DISTINCT FROM 0 AND coalesce(people_type_id, 1) NOT IN (3, 4)`,

  busiest: `
    SELECT id, staff.name, coalesce(sum(scheduled), 0) AS hours
    FROM staff LEFT JOIN utilisation_by_week ON people_id = id AND ${within('week', HEAT)}
    GROUP BY ALL ORDER BY hours DESC, staff.name, id LIMIT ${MOST_PEOPLE}`,
};

const DOMAIN = `
  SELECT (SELECT nullif(split_part(email, '@', 2), '') FROM accounts WHERE account_type = 1 ORDER BY id LIMIT 1) AS domain`;

const IS_STAFF = 'people_id IN (SELECT id FROM staff)';

const KEY = `
  SELECT
    (SELECT count(*) FROM staff) AS people,
    (SELECT count(*) FROM people WHERE active IS DISTINCT FROM 0 AND people_type_id IN (3, 4)) AS placeholders,
    (SELECT count(*) FROM projects WHERE active IS DISTINCT FROM 0) AS projects,
    (SELECT count(DISTINCT client_id) FROM projects WHERE active IS DISTINCT FROM 0) AS clients,
    (SELECT coalesce(sum(hours), 0) FROM scheduled_days WHERE ${IS_STAFF} AND ${within('day', NEXT_DAYS)}) AS planned,
    (SELECT coalesce(sum(available), 0) FROM person_days WHERE ${IS_STAFF} AND ${within('day', NEXT_DAYS)}) AS available,
    (SELECT coalesce(sum(hours), 0) FROM logged_time WHERE ${within('date', LAST_DAYS)}) AS logged,
    (SELECT coalesce(sum(hours), 0) FROM logged_time WHERE billable = 1 AND ${within('date', LAST_DAYS)}) AS billable,
    (SELECT coalesce(sum(time_off), 0) / 8 FROM person_days WHERE ${IS_STAFF} AND ${within('day', NEXT_DAYS)}) AS days_off,
    (SELECT count(DISTINCT people_id) FROM person_days
      WHERE time_off > 0 AND ${IS_STAFF} AND ${within('day', NEXT_DAYS)}) AS people_off`;

const WEEKS = `
  SELECT DISTINCT date_trunc('week', day)::DATE::VARCHAR AS week FROM calendar WHERE ${within('day', HEAT)} ORDER BY week`;

const PEOPLE = 'SELECT id, name FROM busiest ORDER BY hours DESC, name, id';

const CELLS = `
  SELECT people_id AS id, week::VARCHAR AS week, scheduled AS planned, available, capacity
  FROM utilisation_by_week
  WHERE people_id IN (SELECT id FROM busiest) AND ${within('week', HEAT)}
  ORDER BY week, id`;

/** A project that Float no longer lists keeps its hours. */
const PROJECTS = `
  SELECT project_id AS id, coalesce(project, 'project ' || project_id) AS name, planned, logged
  FROM planned_and_logged_by_project
  WHERE project_id IS NOT NULL
  ORDER BY greatest(planned, logged) DESC, name, id`;

const SPANS = `
  SELECT staff.id, staff.name, coalesce(timeoff_type_name, '') AS type,
    min(day)::VARCHAR AS start, max(day)::VARCHAR AS end, coalesce(status = 1, false) AS tentative, hours
  FROM time_off_days JOIN staff ON staff.id = people_id
  WHERE ${within('day', CALENDAR)}
  GROUP BY staff.id, staff.name, time_off_id, repetition, timeoff_type_name, status, hours
  ORDER BY start, staff.name, staff.id, time_off_id`;

const HOLIDAYS = `
  SELECT day::VARCHAR AS day, string_agg(DISTINCT name, ', ' ORDER BY name) AS name
  FROM holiday_days WHERE ${within('day', CALENDAR)} GROUP BY day ORDER BY day`;
