/**
 * What docs/recipes.md computes by SQL, computed day by day from the rows of the mock company, by the same rules and
 * without anything from there.
 */
import { addDays, toDay, weekday } from '../../mock-api/dates.ts';
import { assignees, type Json, type Row, textIn } from '../../mock-api/rows.ts';
import type { Company } from '../../mock-api/server.ts';

export interface Calendar {
  first: string;
  last: string;
}

export interface PersonDay {
  person: number;
  day: string;
  capacity: number;
  timeOff: number;
  available: number;
}

/** `task`: of scheduled work. */
export interface Work {
  task: number;
  person: number;
  project: number;
  day: string;
  hours: number;
  billable: boolean;
}

/** The first day of the n-th repetition. */
const NTH: Record<number, (day: string, n: number) => string> = {
  1: (day, n) => addDays(day, 7 * n),
  2: (day, n) => addMonths(day, n),
  3: (day, n) => addDays(day, 14 * n),
  4: (day, n) => addDays(day, 21 * n),
  5: (day, n) => addDays(day, 42 * n),
  6: (day, n) => addMonths(day, 2 * n),
  7: (day, n) => addMonths(day, 3 * n),
  8: (day, n) => addMonths(day, 6 * n),
  9: (day, n) => addMonths(day, 12 * n),
};

const COMPANY_WEEK = [0, 8, 8, 8, 8, 8, 0];

export function addMonths(day: string, months: number): string {
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number);
  const lastOfMonth = new Date(Date.UTC(year, month + months, 0)).getUTCDate();
  return toDay(Date.UTC(year, month - 1 + months, Math.min(date, lastOfMonth)));
}

export function mondayOf(day: string): string {
  return addDays(day, -((weekday(day) + 6) % 7));
}

/** The days on which a row takes place, one list for each repetition. Cut at the calendar's end where none is set. */
export function timesOf(row: Row, calendar: Calendar): string[][] {
  const first = textIn(row, 'start_date');
  const length = (Date.parse(textIn(row, 'end_date')) - Date.parse(first)) / 86_400_000;
  const repeatEnd = String(row.repeat_end_date ?? row.repeat_end ?? calendar.last);
  const nth = NTH[Number(row.repeat_state)];
  const times = [Array.from({ length: length + 1 }, (_, day) => addDays(first, day))];
  for (let n = 1; nth !== undefined && nth(first, n) <= repeatEnd; n += 1) {
    const days = Array.from({ length: length + 1 }, (_, day) => addDays(nth(first, n), day));
    times.push(days.filter((day) => day <= repeatEnd || day <= textIn(row, 'end_date')));
  }
  return times;
}

/** What the company's people were to do, and did, on each day of the calendar. */
export function plansOf(company: Company, calendar: Calendar) {
  const days: string[] = [];
  for (let day = calendar.first; day <= calendar.last; day = addDays(day, 1)) days.push(day);
  const isInCalendar = (day: string) => day >= calendar.first && day <= calendar.last;

  // Declined time off is none.
  const absences = company
    .rows('timeoffs')
    .filter(({ status }) => status !== 3)
    .flatMap((row) => personDaysOf(row, calendar).map((personDay) => ({ ...personDay, row })))
    .filter(({ day }) => isInCalendar(day));
  const absencesOf = groupBy(absences, ({ person, day }) => `${person} ${day}`);

  const holidays = new Set(holidaysOf(company).map(({ day, region }) => `${region ?? ''} ${day}`));
  const personDays = new Map<string, PersonDay>();
  for (const row of company.rows('people')) {
    for (const day of days) {
      const key = `${row.people_id} ${day}`;
      const isEmployed = day >= String(row.start_date ?? day) && day <= String(row.end_date ?? day);
      const isFree = holidays.has(` ${day}`) || holidays.has(`${row.region_id} ${day}`);
      const capacity = isEmployed && !isFree ? (weekOf(row, day)[weekday(day)] ?? 0) : 0;
      const off = (absencesOf.get(key) ?? []).map(({ row }) => {
        return row.full_day === 1 || row.hours === null ? capacity : Number(row.hours);
      });
      const timeOff = Math.min(capacity, sum(off));
      personDays.set(key, { person: Number(row.people_id), day, capacity, timeOff, available: capacity - timeOff });
    }
  }

  // Drafts and what is cancelled are no plans.
  const scheduled: Work[] = company
    .rows('tasks')
    .filter(({ status }) => status !== 0 && status !== 4)
    .flatMap((row) => personDaysOf(row, calendar).map((personDay) => ({ ...personDay, ...workOf(row) })))
    .filter(({ person, day }) => (personDays.get(`${person} ${day}`)?.available ?? 0) > 0);

  const logged: Work[] = company
    .rows('logged-time')
    .map((row) => ({ person: Number(row.people_id), day: textIn(row, 'date'), ...workOf(row) }))
    .filter(({ day }) => isInCalendar(day));

  return { absences, personDays, scheduled, logged };
}

/** What Map.groupBy is from Node 21 on. */
export function groupBy<T>(items: Iterable<T>, keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}

export const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

const workOf = (row: Row) => ({
  task: Number(row.task_id),
  project: Number(row.project_id),
  hours: Number(row.hours),
  billable: row.billable === 1,
});

/** Each of the people of an allocation or a time off, on each of its days. */
const personDaysOf = (row: Row, calendar: Calendar) =>
  [...new Set(assignees(row))].flatMap((person) =>
    timesOf(row, calendar).flatMap((days, repetition) => days.map((day) => ({ person, day, repetition }))),
  );

function weekOf({ work_days_hours: week, work_days_hours_history: history }: Row, day: string): number[] {
  const [newest] = Object.entries(history ?? {})
    .filter(([since]) => since <= day)
    .sort(([a], [b]) => (a < b ? 1 : -1));
  return ((newest?.[1] ?? week ?? COMPANY_WEEK) as Json[]).map(Number);
}

/** Without a region: for everybody. */
export function holidaysOf(company: Company): { day: string; name: string; region: number | null }[] {
  const ofRegions = company
    .rows('public-holidays')
    .flatMap((row) =>
      (row.dates as Json[]).map((day) => ({ day: String(day), name: String(row.name), region: Number(row.region) })),
    );
  const ofAll = company.rows('holidays').flatMap((row) => {
    const days = [textIn(row, 'date')];
    for (let day = addDays(textIn(row, 'date'), 1); day <= String(row.end_date ?? ''); day = addDays(day, 1))
      days.push(day);
    return days.map((day) => ({ day, name: String(row.name), region: null }));
  });
  return [...ofRegions, ...ofAll];
}
