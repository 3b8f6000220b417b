/** The numbers of the page. docs/recipes.md defines how hours are counted; its views are computed here for the days of the page. */
import type { Destination } from '../duckdb.ts';
import { createRecipes } from '../recipes.ts';
import { addDays, daysIn, isMonday, mondayOf, type Period } from './days.ts';

/** More rows make a chart unreadable. */
export const MOST_PEOPLE = 30;
export const MOST_PROJECTS = 15;

export interface KeyFigures {
  /** Domain of the account owner's e-mail address, because Float's API does not contain the company's name. */
  domain: string | null;
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

export interface Person {
  id: number;
  name: string;
}

/** A person's week. `available`: hours that are left of the capacity after time off. */
export interface Cell {
  id: number;
  week: string;
  planned: number;
  available: number;
  capacity: number;
}

export interface ProjectHours {
  id: number;
  name: string;
  planned: number;
  logged: number;
}

/** The part of a time off within the period of the calendar. `hours` a day; null for whole days. */
export interface Span extends Person, Period {
  type: string;
  tentative: boolean;
  hours: number | null;
}

export interface TimeOff extends Period {
  readonly spans: readonly Span[];
  readonly holidays: readonly { day: string; name: string }[];
}

export type Figures = Awaited<ReturnType<typeof figuresOf>>;

/** `today`: in the company's time zone. */
export async function figuresOf(destination: Destination, today: string) {
  const monday = mondayOf(today);
  const weeks = (first: number, count: number): Period => ({
    from: addDays(monday, 7 * first),
    to: addDays(monday, 7 * (first + count) - 1),
  });
  const heat = weeks(-4, 13);
  const compared = { from: addDays(monday, -56), to: today };
  const calendar = `
    SELECT day::DATE AS day, day <= '${today}' AS is_past
    FROM generate_series(DATE '${compared.from}', DATE '${heat.to}', INTERVAL 1 DAY) AS days (day)`;

  const ask = <Row extends object>(sql: string): Promise<Row[]> => destination.query<Row>(sql);
  const timeOff = async (period: Period): Promise<TimeOff> => ({
    ...period,
    spans: await ask<Span>(spansIn(period)),
    holidays: await ask<TimeOff['holidays'][number]>(holidaysIn(period)),
  });
  await ask('BEGIN');
  try {
    // Temporary tables take precedence over the views with the same names, which have another calendar.
    await createRecipes(destination, 'TEMP TABLE', { calendar });
    await ask(`CREATE TEMP VIEW staff AS ${STAFF}`);
    const [key] = await ask<KeyFigures>(
      keyFigures({ from: addDays(today, -27), to: today }, { from: today, to: addDays(today, 27) }),
    );
    if (key === undefined) throw new Error('no key figures');
    return {
      today,
      key,
      weeks: daysIn(heat).filter(isMonday),
      people: await ask<Person>(busiestIn(heat)),
      cells: await ask<Cell>(cellsIn(heat)),
      compared,
      projects: await ask<ProjectHours>(PROJECTS),
      timeOff: await timeOff(weeks(-1, 8)),
      /** For a narrow screen. */
      nearTimeOff: await timeOff(weeks(0, 4)),
    };
  } finally {
    // Removes the temporary tables.
    await ask('ROLLBACK');
  }
}

const within = (column: string, { from, to }: Period): string => `${column} BETWEEN '${from}' AND '${to}'`;

/** People whose weeks are shown: neither archived nor placeholders. */
const STAFF = `
  SELECT id, coalesce(name, id::VARCHAR) AS name FROM people
  WHERE active IS DISTINCT FROM 0 AND coalesce(people_type_id, 1) NOT IN (3, 4)`;

const keyFigures = (last: Period, next: Period): string => `
  SELECT * FROM
    (SELECT min(nullif(split_part(email, '@', 2), '')) AS domain FROM accounts WHERE account_type = 1),
    (SELECT count(*) AS people FROM staff),
    (SELECT count(*) AS placeholders FROM people WHERE active IS DISTINCT FROM 0 AND people_type_id IN (3, 4)),
    (SELECT count(*) AS projects, count(DISTINCT client_id) AS clients FROM projects WHERE active IS DISTINCT FROM 0),
    (SELECT coalesce(sum(hours), 0) AS planned
      FROM scheduled_days JOIN staff ON staff.id = people_id WHERE ${within('day', next)}),
    (SELECT coalesce(sum(available), 0) AS available, coalesce(sum(time_off), 0) / 8 AS days_off,
        count(DISTINCT people_id) FILTER (time_off > 0) AS people_off
      FROM person_days JOIN staff ON staff.id = people_id WHERE ${within('day', next)}),
    (SELECT coalesce(sum(hours), 0) AS logged, coalesce(sum(hours) FILTER (billable = 1), 0) AS billable
      FROM logged_time WHERE ${within('date', last)})`;

/** The people with the most planned hours first. */
const busiestIn = (period: Period): string => `
  SELECT id, staff.name
  FROM staff LEFT JOIN utilisation_by_week ON people_id = id AND ${within('week', period)}
  GROUP BY id, staff.name ORDER BY sum(scheduled) DESC NULLS LAST, staff.name, id LIMIT ${MOST_PEOPLE}`;

const cellsIn = (period: Period): string => `
  SELECT people_id AS id, week::VARCHAR AS week, scheduled AS planned, available, capacity
  FROM utilisation_by_week WHERE ${within('week', period)} ORDER BY week, id`;

/** The projects with the most hours first. A project that Float no longer lists keeps its hours. */
const PROJECTS = `
  SELECT project_id AS id, coalesce(project, 'project ' || project_id) AS name, planned, logged
  FROM planned_and_logged_by_project
  WHERE project_id IS NOT NULL
  ORDER BY greatest(planned, logged) DESC, name, id`;

const spansIn = (period: Period): string => `
  SELECT staff.id, staff.name, coalesce(timeoff_type_name, '') AS type,
    min(day)::VARCHAR AS from, max(day)::VARCHAR AS to, coalesce(status = 1, false) AS tentative, hours
  FROM time_off_days JOIN staff ON staff.id = people_id
  WHERE ${within('day', period)}
  GROUP BY staff.id, staff.name, time_off_id, repetition, timeoff_type_name, status, hours
  ORDER BY min(day), staff.name, staff.id, time_off_id`;

const holidaysIn = (period: Period): string => `
  SELECT day::VARCHAR AS day, string_agg(DISTINCT name, ', ' ORDER BY name) AS name
  FROM holiday_days WHERE ${within('day', period)} GROUP BY day ORDER BY day`;
