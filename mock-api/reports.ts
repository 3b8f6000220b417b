import { json, type MockResponse } from './answers.ts';
import type { Company } from './company.ts';
import { occurrences, type Span, weekday, workDaysOf } from './dates.ts';
import { neutral } from './lists.ts';
import { type Ask, type Dialect, nameUnknown, requireWindow, WINDOW } from './query.ts';
import { assignees, type Json, numberIn, type Row } from './rows.ts';

const COMPANY_WEEK = [0, 8, 8, 8, 8, 8, 0];
const FULL_DAY = 8;

const reports = {
  people: { key: 'people_id', rows: peopleReport },
  projects: { key: 'project_id', rows: projectsReport },
};

export type ReportName = keyof typeof reports;

export const isReportName = (name: string): name is ReportName => Object.hasOwn(reports, name);

/** No paging and no pagination headers (recorded). */
export function answerReport(name: ReportName, company: Company, ask: Ask, dialect: Dialect): MockResponse {
  const report = reports[name];
  nameUnknown(ask, [...WINDOW, report.key]);
  const window = requireWindow(ask);
  const wanted = ask.query.get(report.key);
  const rows = report.rows(company, window).filter((row) => wanted === null || String(row[report.key]) === wanted);
  return json(dialect === 'neutral' ? { data: rows.map((row) => neutral(row, report)) } : { [name]: rows });
}

type HoursOf = (key: Json | undefined) => number;

const cents = (hours: number) => Math.round(hours * 100) / 100;

/** The hours of the rows in the window by key, without weekends. */
function sumHours(rows: readonly Row[], window: Span, keysOf: (row: Row) => Json[]): HoursOf {
  const sums = new Map<Json, number>();
  for (const row of rows) {
    const days = occurrences(row, window).reduce((sum, part) => sum + [...workDaysOf(part)].length, 0);
    const hours = days * (row.hours === null ? FULL_DAY : numberIn(row, 'hours'));
    if (hours > 0) for (const key of keysOf(row)) sums.set(key, (sums.get(key) ?? 0) + hours);
  }
  return (key) => cents(sums.get(key ?? null) ?? 0);
}

function allocated(company: Company, window: Span, keysOf: (row: Row) => Json[]) {
  const tasks = company.visible('tasks');
  const scheduled = sumHours(tasks, window, keysOf);
  const billableOnly = tasks.filter((row) => row.billable === 1);
  const billable = sumHours(billableOnly, window, keysOf);
  return {
    scheduled,
    split: (key: Json | undefined) => ({
      scheduled: scheduled(key),
      billable: billable(key),
      nonBillable: cents(scheduled(key) - billable(key)),
    }),
  };
}

function peopleReport(company: Company, window: Span): Row[] {
  const { scheduled, split } = allocated(company, window, assignees);
  const timeoff = sumHours(company.visible('timeoffs'), window, assignees);
  const workDays = [...workDaysOf(window)].map(weekday);
  const scheduledPeople = company.visible('people').filter((row) => row.people_type_id !== 4);
  return scheduledPeople.map((person) => {
    const { people_id = null, department = null, work_days_hours: ownWeek } = person;
    const week = Array.isArray(ownWeek) ? ownWeek.map(Number) : COMPANY_WEEK;
    const capacity = workDays.reduce((sum, day) => sum + (week[day] ?? 0), 0);
    const free = cents(capacity - scheduled(people_id) - timeoff(people_id));
    return {
      people_id,
      name: person.name ?? null,
      employee_type: person.employee_type ?? null,
      people_type_id: person.people_type_id ?? null,
      department_id: (department as Row | null)?.department_id ?? null,
      department,
      default_hourly_rate: person.default_hourly_rate ?? null,
      // Keys differ between rows (recorded).
      ...(week === COMPANY_WEEK ? {} : { my_hours: week, my_hours_history: { '1970-01-01': week } }),
      // A string that holds a JSON array (recorded).
      co_hours: JSON.stringify(COMPANY_WEEK),
      co_hours_history: { '1970-01-01': COMPANY_WEEK },
      wk_day_hrs: { '1970-01-01': week },
      capacity,
      timeoff: timeoff(people_id),
      ...split(people_id),
      overtime: Math.max(0, -free),
      unscheduled: Math.max(0, free),
    };
  });
}

/** Only projects with time in the window are listed (recorded: 2 of 20). */
function projectsReport(company: Company, window: Span): Row[] {
  const { scheduled, split } = allocated(company, window, (row) => [row.project_id ?? null]);
  const withTime = company.visible('projects').filter((row) => scheduled(row.project_id) > 0);
  return withTime.map(({ project_id = null, name = null, client_id = null }) => ({
    project_id,
    name,
    client_id,
    ...split(project_id),
  }));
}
