import type { Meter, Params } from '../cdk/http/client.ts';
import type { FloatConfig } from './config.ts';
import { FIRST_YEAR } from './first-year.ts';
import type { Accounts } from './types/accounts.ts';
import type { Clients } from './types/clients.ts';
import type { Currencies } from './types/currencies.ts';
import type { Departments } from './types/departments.ts';
import type { Holidays } from './types/holidays.ts';
import type { LoggedTime } from './types/logged_time.ts';
import type { Milestones } from './types/milestones.ts';
import type { People } from './types/people.ts';
import type { Phases } from './types/phases.ts';
import type { ProjectExpenses } from './types/project_expenses.ts';
import type { ProjectStages } from './types/project_stages.ts';
import type { ProjectTasks } from './types/project_tasks.ts';
import type { Projects } from './types/projects.ts';
import type { PublicHolidays } from './types/public_holidays.ts';
import type { RateCards } from './types/rate_cards.ts';
import type { ReportsPeople } from './types/reports_people.ts';
import type { ReportsProjects } from './types/reports_projects.ts';
import type { Roles } from './types/roles.ts';
import type { Status } from './types/status.ts';
import type { Tasks } from './types/tasks.ts';
import type { TimeOff } from './types/time_off.ts';
import type { TimeoffTypes } from './types/timeoff_types.ts';

/** One row of the table. Its schema is schemas/<name>.json. */
export interface FloatStream {
  readonly name: string;
  readonly path: string;
  /** A list comes page by page; a report is computed for a span of dates, and read month by month. */
  readonly kind: 'list' | 'report';
  /** Where the rows stand in an answer that is no bare array. */
  readonly rowsIn: string;
  /** Float's own name of the key; `id` of a record is a copy of it. */
  readonly nativeKey: string;
  readonly primaryKey: readonly [string, ...string[]];
  /** Present where the endpoint takes `modified_since`. */
  readonly cursorField: string | undefined;
  /** Path of the Delete Log, where Float keeps one for the stream. */
  readonly deleteLog: string | undefined;
  readonly params: (config: FloatConfig, now: Date) => Params;
  /** What a 403 on this list means, where more is known than that access is denied. */
  readonly deniedBecause: string | undefined;
  /** Requests that are counted apart as well. */
  readonly meter: Meter | undefined;
  /** Whether `discover` asks the server first if it has it: not every account and every server does. */
  readonly isOptional: boolean;
}

type Field<Row> = keyof Row & string;

interface Declared<Row> {
  path: string;
  nativeKey: Field<Row>;
  primaryKey?: readonly [Field<Row>, ...Field<Row>[]];
  cursorField?: Field<Row>;
  deleteLog?: string;
  params?: FloatStream['params'];
  deniedBecause?: string;
  isOptional?: boolean;
}

function stream<Row>(name: string, declared: Declared<Row>): FloatStream {
  return {
    name,
    kind: 'list',
    rowsIn: 'data',
    primaryKey: ['id'],
    cursorField: undefined,
    deleteLog: undefined,
    params: () => ({}),
    deniedBecause: undefined,
    meter: undefined,
    isOptional: false,
    ...declared,
  };
}

/** Float allows 30 requests a minute for reports, all of them together. */
const REPORTS: Meter = { name: 'reports', quotas: [{ limit: 30, windowMs: 60_000 }] };

function report<Row extends { start_date: string }>(
  name: string,
  declared: Pick<FloatStream, 'path' | 'rowsIn'> & { nativeKey: Field<Row> },
): FloatStream {
  const primaryKey = ['id', 'start_date'] as const;
  return { ...stream<Row>(name, declared), kind: 'report', primaryKey, meter: REPORTS, isOptional: true };
}

/** THE TABLE: one row a stream. A stream needs this row and its schema file, nothing else. */
export const STREAMS: readonly FloatStream[] = [
  stream<Accounts>('accounts', { path: '/accounts', nativeKey: 'account_id' }),
  stream<Departments>('departments', { path: '/departments', nativeKey: 'department_id' }),
  stream<People>('people', {
    path: '/people',
    nativeKey: 'people_id',
    cursorField: 'modified',
    // Type 4, role placeholders, is left out unless asked for; allocations point to them.
    params: () => ({ people_type_id: '1,2,3,4' }),
  }),
  stream<Roles>('roles', { path: '/roles', nativeKey: 'id' }),
  stream<PublicHolidays>('public_holidays', {
    path: '/public-holidays',
    nativeKey: 'id',
    // Float documents the id as unique within a region only.
    primaryKey: ['id', 'region'],
    // Without a window the endpoint answers for the current year alone.
    params: ({ startDate }, now) => ({
      start_date: `${Math.max(FIRST_YEAR, startDate === undefined ? now.getUTCFullYear() : Number(startDate.slice(0, 4)))}-01-01`,
      end_date: `${now.getUTCFullYear() + 1}-12-31`,
    }),
  }),
  stream<Holidays>('holidays', { path: '/holidays', nativeKey: 'holiday_id' }),
  stream<Projects>('projects', {
    path: '/projects',
    nativeKey: 'project_id',
    cursorField: 'modified',
    params: () => ({ expand: 'project_tasks,project_team' }),
  }),
  stream<Status>('status', { path: '/status', nativeKey: 'status_id' }),
  stream<TimeOff>('time_off', {
    path: '/timeoffs',
    nativeKey: 'timeoff_id',
    cursorField: 'modified',
    deleteLog: '/deleted/timeoffs',
  }),
  stream<TimeoffTypes>('timeoff_types', { path: '/timeoff-types', nativeKey: 'timeoff_type_id' }),
  stream<Clients>('clients', { path: '/clients', nativeKey: 'client_id' }),
  stream<Phases>('phases', {
    path: '/phases',
    nativeKey: 'phase_id',
    cursorField: 'modified',
    params: () => ({ expand: 'phase_tasks,phase_team' }),
  }),
  stream<ProjectTasks>('project_tasks', { path: '/project-tasks', nativeKey: 'task_meta_id' }),
  stream<Milestones>('milestones', { path: '/milestones', nativeKey: 'milestone_id' }),
  stream<Tasks>('tasks', {
    path: '/tasks',
    nativeKey: 'task_id',
    cursorField: 'modified',
    deleteLog: '/deleted/tasks',
  }),
  stream<LoggedTime>('logged_time', {
    path: '/logged-time',
    nativeKey: 'logged_time_id',
    cursorField: 'modified',
    deleteLog: '/deleted/logged-time',
    deniedBecause:
      'Time tracking is switched off in this Float account. Switch it on in Float under Team settings, or deselect the stream logged_time.',
  }),
  report<ReportsPeople>('reports_people', { path: '/reports/people', rowsIn: 'people', nativeKey: 'people_id' }),
  report<ReportsProjects>('reports_projects', {
    path: '/reports/projects',
    rowsIn: 'projects',
    nativeKey: 'project_id',
  }),
  // The keys of these four are known from other clients of the API only. Two of those find another name than `id`, which
  // is taken where a row has no `id`.
  stream<ProjectStages>('project_stages', { path: '/project-stages', nativeKey: 'project_stage_id', isOptional: true }),
  stream<ProjectExpenses>('project_expenses', {
    path: '/project-expenses',
    nativeKey: 'project_expense_id',
    isOptional: true,
  }),
  stream<Currencies>('currencies', { path: '/currencies', nativeKey: 'currency_id', isOptional: true }),
  stream<RateCards>('rate_cards', { path: '/rate-cards', nativeKey: 'rate_card_id', isOptional: true }),
];
