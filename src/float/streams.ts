import type { Params } from './client.ts';
import type { FloatConfig } from './config.ts';
import type { Accounts } from './types/accounts.ts';
import type { Clients } from './types/clients.ts';
import type { Departments } from './types/departments.ts';
import type { Holidays } from './types/holidays.ts';
import type { LoggedTime } from './types/logged_time.ts';
import type { Milestones } from './types/milestones.ts';
import type { People } from './types/people.ts';
import type { Phases } from './types/phases.ts';
import type { ProjectTasks } from './types/project_tasks.ts';
import type { Projects } from './types/projects.ts';
import type { PublicHolidays } from './types/public_holidays.ts';
import type { Roles } from './types/roles.ts';
import type { Status } from './types/status.ts';
import type { Tasks } from './types/tasks.ts';
import type { TimeOff } from './types/time_off.ts';
import type { TimeoffTypes } from './types/timeoff_types.ts';

/** One row of the table. Its schema is schemas/<name>.json. */
export interface FloatStream {
  readonly name: string;
  readonly path: string;
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
}

function stream<Row>(name: string, declared: Declared<Row>): FloatStream {
  return {
    name,
    primaryKey: ['id'],
    cursorField: undefined,
    deleteLog: undefined,
    params: () => ({}),
    deniedBecause: undefined,
    ...declared,
  };
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
      start_date: `${startDate?.slice(0, 4) ?? now.getUTCFullYear()}-01-01`,
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
];
