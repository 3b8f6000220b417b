/** Computes the same views as docs/recipes.md in TypeScript: by the rules of that file, but without its SQL. */
import { addDays, addMonths, daysOf, weekday } from '../../mock-api/dates.ts';
import { type Json, type Row, textIn } from '../../mock-api/rows.ts';
import type { Company } from '../../mock-api/server.ts';

export interface Calendar {
  first: string;
  last: string;
  today: string;
}

type Item = { [field: string]: Json };

/** Months and days from one repetition to the next, by `repeat_state`. */
const RULES: Record<number, [months: number, days: number]> = {
  ...{ 1: [0, 7], 2: [1, 0], 3: [0, 14], 4: [0, 21], 5: [0, 42], 6: [2, 0], 7: [3, 0], 8: [6, 0], 9: [12, 0] },
};

const mondayOf = (day: string): string => addDays(day, -((weekday(day) + 6) % 7));

/** The days of an allocation, a time off or a status, one list for each repetition. */
function timesOf(row: Row, calendar: Calendar): string[][] {
  const first = { start: textIn(row, 'start_date'), end: textIn(row, 'end_date') };
  const original = [...daysOf(first)];
  const repeatEnd = String(row.repeat_end_date ?? row.repeat_end ?? calendar.last);
  const rule = RULES[Number(row.repeat_state)];
  if (rule === undefined) return [original];
  const [months, days] = rule;
  const times = [original];
  for (let n = 1; ; n += 1) {
    const start = addDays(addMonths(first.start, n * months), n * days);
    if (start > repeatEnd) return times;
    const moved = original.map((_, index) => addDays(start, index));
    times.push(moved.filter((day) => day <= repeatEnd || day <= first.end));
  }
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

const numberIn = (value: Json | undefined): number | null =>
  value === null || value === undefined ? null : Number(value);

const firstNumber = (...values: (Json | undefined)[]): number | null =>
  values.map(numberIn).find((value) => value !== null) ?? null;

const itemsOf = (row: Row | undefined, field: string): Item[] => (row?.[field] ?? []) as Item[];

/** The newest item that is effective on that day. */
const inForce = (items: readonly Item[], day: string): Item | undefined =>
  items
    .toSorted((a, b) => (textIn(a, 'effective_date') < textIn(b, 'effective_date') ? -1 : 1))
    .findLast((item) => textIn(item, 'effective_date') <= day);

/** Name of a view → its rows. */
export function viewsOf(company: Company, calendar: Calendar) {
  const { first, last, today } = calendar;
  const isInCalendar = ({ day }: { day: string }): boolean => day >= first && day <= last;

  const plans = [
    ...company.rows('tasks').map((row) => ({ stream: 'tasks', id: row.task_id, row })),
    ...company.rows('timeoffs').map((row) => ({ stream: 'time_off', id: row.timeoff_id, row })),
    ...company.rows('status').map((row) => ({ stream: 'status', id: row.status_id, row })),
  ].flatMap(({ row, ...plan }) => {
    const people = new Set([row.people_id ?? [], row.people_ids ?? []].flat().map(Number));
    return [...people].flatMap((people_id) =>
      timesOf(row, calendar).map((days, repetition) => ({ ...plan, row, people_id, repetition, days })),
    );
  });
  const occurrences = plans.map(({ row: _, days, ...plan }) => ({
    ...plan,
    first_day: days.at(0),
    last_day: days.at(-1),
  }));
  const planDays = plans.flatMap(({ days, ...plan }) => days.map((day) => ({ ...plan, day }))).filter(isInCalendar);

  const time_off_days = planDays
    .filter(({ stream, row }) => stream === 'time_off' && row.status !== 3)
    .map(({ id, repetition, people_id, day, row: { timeoff_type_name, status, hours, full_day } }) => {
      return {
        time_off_id: id,
        repetition,
        people_id,
        day,
        timeoff_type_name,
        status,
        hours: full_day === 1 ? null : hours,
      };
    });

  const ofRegions = company
    .rows('public-holidays')
    .flatMap(({ dates, name, region }) =>
      (dates as Json[]).map((day) => ({ day: String(day), name, region: numberIn(region) })),
    );
  const ofAll = company.rows('holidays').flatMap((row) => {
    const start = textIn(row, 'date');
    return [...daysOf({ start, end: String(row.end_date ?? start) })].map((day) => ({
      day,
      name: row.name,
      region: null,
    }));
  });
  const holiday_days = [...ofRegions, ...ofAll].filter(isInCalendar);

  const holidays = new Set(holiday_days.map(({ day, region }) => `${region} ${day}`));
  const dayOf = ({ people_id, day }: { people_id: number; day: string }): string => `${people_id} ${day}`;
  const absences = groupBy(time_off_days, dayOf);
  const person_days = company.rows('people').flatMap((row) =>
    [...daysOf({ start: first, end: last })].map((day) => {
      const people_id = Number(row.people_id);
      const isEmployed = day >= String(row.start_date ?? day) && day <= String(row.end_date ?? day);
      const isFree = holidays.has(`null ${day}`) || holidays.has(`${row.region_id} ${day}`);
      const capacity = isEmployed && !isFree ? (weekOf(row, day)[weekday(day)] ?? 0) : 0;
      const off = (absences.get(`${people_id} ${day}`) ?? []).map(({ hours }) => numberIn(hours) ?? capacity);
      const time_off = Math.min(capacity, sum(off));
      return { people_id, day, capacity, time_off, available: capacity - time_off };
    }),
  );

  const personDays = new Map(person_days.map((personDay) => [dayOf(personDay), personDay]));
  const scheduled_days = planDays
    .filter(({ stream, row }) => stream === 'tasks' && row.status !== 0 && row.status !== 4)
    .filter((plan) => (personDays.get(dayOf(plan))?.available ?? 0) > 0)
    .map(({ id, people_id, day, row: { project_id, hours, billable, status } }) => {
      return { task_id: id, people_id, project_id, day, hours: Number(hours), billable, status };
    });

  const logged = company
    .rows('logged-time')
    .map((row) => ({ row, people_id: Number(row.people_id), day: textIn(row, 'date'), hours: Number(row.hours) }))
    .filter(isInCalendar);
  const work = [
    ...scheduled_days.map(({ task_id: _, status: __, ...day }) => ({ kind: 'scheduled', ...day })),
    ...logged.map(({ row: { project_id, billable }, ...entry }) => ({
      kind: 'logged',
      ...entry,
      project_id,
      billable,
    })),
  ];
  const hoursOf = (kind: string, entries: typeof work = []): number =>
    sum(entries.filter((entry) => entry.kind === kind).map(({ hours }) => hours));

  const logged_money = logged.map(({ row, people_id, day, hours }) => {
    const { logged_time_id, project_id, billable } = row;
    const cost_rate = costRate(company, people_id, day);
    const hourly_rate = hourlyRate(company, row);
    const cost = cost_rate === null ? null : hours * cost_rate;
    const worth = hourly_rate === null ? null : hours * hourly_rate;
    const value = billable === 1 ? worth : 0;
    return { logged_time_id, people_id, project_id, day, hours, billable, cost_rate, hourly_rate, cost, value };
  });

  const weekly = ({ people_id, day }: { people_id: number; day: string }): string => `${people_id} ${mondayOf(day)}`;
  const weeklyWork = groupBy(work, weekly);
  const utilisation_by_week = [...groupBy(person_days, weekly)].flatMap(([key, days]) => {
    const [people_id, week] = key.split(' ');
    const { name, people_type_id, active, end_date } = company.find('people', Number(people_id)) ?? {};
    if (people_type_id === 3 || people_type_id === 4 || (active !== 1 && end_date === null)) return [];
    const available = sum(days.map((day) => day.available));
    const scheduled = hoursOf('scheduled', weeklyWork.get(key));
    const logged = hoursOf('logged', weeklyWork.get(key));
    return {
      ...{ people_id: Number(people_id), name, week, available, scheduled, logged },
      capacity: sum(days.map(({ capacity }) => capacity)),
      time_off: sum(days.map(({ time_off }) => time_off)),
      scheduled_share: available === 0 ? null : scheduled / available,
      logged_share: available === 0 ? null : logged / available,
    };
  });

  const past = work.filter(({ day }) => day <= today);
  const planned_and_logged_by_project = [...groupBy(past, ({ project_id }) => String(project_id))].map(
    ([id, entries]) => {
      const project = company.find('projects', Number(id));
      const planned = hoursOf('scheduled', entries);
      const logged = hoursOf('logged', entries);
      return {
        ...{ project_id: Number(id), project: project?.name ?? null, planned, logged, difference: logged - planned },
        client: company.find('clients', Number(project?.client_id))?.name ?? null,
      };
    },
  );

  const monthly = groupBy(work, ({ kind, day }) => `${kind} ${day.slice(0, 7)}-01`);
  const billable_by_month = [...monthly].map(([key, entries]) => {
    const [kind = '', month] = key.split(' ');
    const hours = hoursOf(kind, entries);
    const billable = hoursOf(
      kind,
      entries.filter((entry) => entry.billable === 1),
    );
    return { month, kind, hours, billable, billable_share: billable / hours };
  });

  const margin_by_project = [...groupBy(logged_money, ({ project_id }) => String(project_id))].map(([id, entries]) => {
    const cost = sum(entries.map((entry) => entry.cost ?? 0));
    const value = sum(entries.map((entry) => entry.value ?? 0));
    const hoursWithout = (field: 'cost' | 'value') =>
      sum(entries.filter((entry) => entry[field] === null).map(({ hours }) => hours));
    return {
      project_id: Number(id),
      project: company.find('projects', Number(id))?.name ?? null,
      hours: sum(entries.map(({ hours }) => hours)),
      ...{ cost, value, margin: value - cost, margin_share: value === 0 ? null : (value - cost) / value },
      hours_without_cost: hoursWithout('cost'),
      hours_without_value: hoursWithout('value'),
    };
  });

  const time_off_calendar = [...absences].flatMap(([key, entries]) => {
    const { people_id, day, capacity = 0, time_off, available } = personDays.get(key) ?? {};
    if (capacity === 0) return [];
    return {
      ...{ people_id, name: company.find('people', Number(people_id))?.name, day, hours: time_off },
      kinds: [...new Set(entries.map(({ timeoff_type_name }) => timeoff_type_name))].sort().join(', '),
      whole_day: Number(available === 0),
      tentative: Number(entries.some(({ status }) => status === 1)),
    };
  });

  return {
    ...{ occurrences, time_off_days, holiday_days, person_days, scheduled_days, work, logged_money },
    ...{ utilisation_by_week, planned_and_logged_by_project, billable_by_month, margin_by_project, time_off_calendar },
  };
}

function weekOf({ work_days_hours: week, work_days_hours_history: history }: Row, day: string): number[] {
  const past = Object.entries(history ?? {}).filter(([since]) => since <= day);
  const [newest] = past.sort(([a], [b]) => (a < b ? 1 : -1));
  return ((newest?.[1] ?? week ?? [0, 8, 8, 8, 8, 8, 0]) as Json[]).map(Number);
}

function costRate(company: Company, person: number, day: string): number | null {
  const row = company.find('people', person);
  const rateOfRole = (role: Json | undefined) =>
    inForce(itemsOf(company.find('roles', Number(role)), 'cost_rate_history'), day)?.rate;
  const contract = inForce(itemsOf(row, 'contracts'), day);
  if (contract === undefined) return firstNumber(rateOfRole(row?.role_id), row?.cost_rate);
  if (contract.cost_rate_from !== 'role') return numberIn(contract.cost_rate);
  return firstNumber(rateOfRole(contract.role_id), contract.cost_rate);
}

function hourlyRate(company: Company, { people_id, project_id, phase_id }: Row): number | null {
  const person = company.find('people', Number(people_id));
  const project = company.find('projects', Number(project_id));
  const phase = company.find('phases', Number(phase_id));
  const ofMember = (team: readonly Item[]) => {
    const rates = team.filter((member) => member.people_id === people_id).map((member) => numberIn(member.hourly_rate));
    const known = rates.filter((rate) => rate !== null);
    return known.length === 0 ? null : Math.max(...known);
  };
  return firstNumber(
    phase?.project_id === project_id ? ofMember(itemsOf(phase, 'phase_team')) : null,
    phase?.default_hourly_rate,
    ofMember(itemsOf(project, 'project_team')),
    project?.default_hourly_rate,
    person?.default_hourly_rate,
    company.find('roles', Number(person?.role_id))?.default_hourly_rate,
  );
}
