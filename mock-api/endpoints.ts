import { occurrences, overlap, readStamp, type Span, workDaysOf } from './dates.ts';
import { type Endpoint, equal, type Filter, is, type Window } from './endpoint.ts';
import { assignees, type Json, type Row, textIn } from './rows.ts';
import { SIMPLE_LISTS } from './simple-lists.ts';

const assignedTo: Filter = (row, value) => assignees(row).some((id) => value.split(',').includes(String(id)));

const ofClient: Filter = (row, value, projectOf) => {
  const project = projectOf(row);
  return project !== undefined && is('client_id')(project, value, projectOf);
};

const inDepartment: Filter = (row, value, projectOf) =>
  typeof row.department === 'object' &&
  row.department !== null &&
  !Array.isArray(row.department) &&
  is('department_id')(row.department, value, projectOf);

const tagged: Filter = (row, value) =>
  Array.isArray(row.tags) &&
  row.tags.some((tag) => (typeof tag === 'object' && tag !== null && 'name' in tag ? tag.name : tag) === value);

const repeating: Window = (row, window) => (occurrences(row, window).length > 0 ? row : null);

const onDate: Window = (row, window) =>
  overlap({ start: textIn(row, 'date'), end: textIn(row, 'date') }, window) ? row : null;

const someDates: Window = (row, window) => {
  const dates = (Array.isArray(row.dates) ? row.dates : []).filter(
    (date) => String(date) >= window.start && String(date) <= window.end,
  );
  return dates.length > 0 ? { ...row, dates } : null;
};

const taskDays = (row: Row, window: Span | null): Json =>
  window === null ? [] : occurrences(row, window).flatMap((part) => [...workDaysOf(part)]);

/** Float's lists: what each one accepts and how it differs from the others. */
export const endpoints = {
  accounts: {
    key: 'account_id',
    stamps: ['seconds', 'micros', 'seconds', 'date'],
    expand: { people_id: 'stored' },
    linkHeader: true,
  },
  departments: { key: 'department_id', fields: true, linkHeader: true },
  people: {
    key: 'people_id',
    stamps: ['seconds'],
    modifiedSince: true,
    fields: true,
    sort: true,
    filters: {
      ...equal('active', 'email', 'people_code', 'people_type_id', 'employee_type'),
      department_id: inDepartment,
      tag_name: tagged,
    },
    unlessAsked: { filter: 'people_type_id', hides: (row) => row.people_type_id === 4 },
    expand: { account: 'stored', managers: 'stored', contracts: 'stored' },
  },
  roles: {
    key: 'id',
    stamps: ['iso', 'seconds'],
    expand: { cost_rate_history: 'stored', people_ids: 'stored', people_count: 'stored' },
  },
  status: {
    key: 'status_id',
    stamps: ['seconds'],
    fields: true,
    window: repeating,
    filters: equal('people_id', 'status_type_id'),
    whenEmpty: '204',
  },
  timeoffs: {
    key: 'timeoff_id',
    stamps: ['seconds'],
    modifiedSince: true,
    fields: true,
    sort: true,
    window: repeating,
    filters: equal('full_day', 'status', 'timeoff_type_id'),
    deletions: true,
  },
  'timeoff-types': { key: 'timeoff_type_id', fields: true, filters: equal('active') },
  'public-holidays': { key: 'id', keyWithin: 'region', window: someDates, yearly: true, filters: equal('region') },
  holidays: { key: 'holiday_id', fields: true, linkHeader: true },
  clients: { key: 'client_id', fields: true, headers: { 'api-cache': 'MISS' } },
  projects: {
    key: 'project_id',
    stamps: ['seconds'],
    modifiedSince: true,
    fields: true,
    sort: true,
    filters: { ...equal('active', 'client_id', 'project_code', 'non_billable', 'status'), tag_name: tagged },
    expand: {
      expenses: 'stored',
      phases: 'stored',
      project_tasks: 'stored',
      project_team: 'stored',
      currency: 'stored',
    },
  },
  phases: {
    key: 'phase_id',
    stamps: ['seconds'],
    modifiedSince: true,
    fields: true,
    sort: true,
    filters: { ...equal('project_id', 'active'), nonBillable: is('non_billable') },
    expand: { phase_tasks: 'stored', phase_team: 'stored' },
  },
  'project-tasks': {
    key: 'task_meta_id',
    stamps: ['millis'],
    fields: true,
    sort: true,
    filters: equal('project_id', 'billable'),
  },
  milestones: {
    key: 'milestone_id',
    stamps: ['millis'],
    fields: true,
    filters: { ...equal('project_id', 'phase_id'), client_id: ofClient },
    whenEmpty: 'per-page header only',
  },
  tasks: {
    key: 'task_id',
    stamps: ['millis'],
    modifiedSince: true,
    fields: true,
    sort: true,
    window: repeating,
    filters: {
      ...equal('project_id', 'phase_id', 'task_meta_id', 'billable', 'status', 'repeat_state'),
      client_id: ofClient,
      people_id: assignedTo,
    },
    expand: { task_days: taskDays },
    deletions: true,
  },
  'logged-time': {
    key: 'logged_time_id',
    stamps: ['seconds'],
    modifiedSince: true,
    fields: true,
    sort: true,
    window: onDate,
    filters: equal('people_id', 'project_id', 'phase_id', 'task_meta_id'),
    // An entry set to 0 hours is a soft delete and disappears from responses (documented).
    hides: (row) => row.hours === 0,
    deletions: true,
  },
  ...SIMPLE_LISTS,
} as const satisfies Record<string, Endpoint>;

export type EndpointName = keyof typeof endpoints;

const table: Record<EndpointName, Endpoint> = endpoints;

export const endpointNames = Object.keys(endpoints) as EndpointName[];

export const endpointOf = (name: EndpointName): Endpoint => table[name];

export const isEndpointName = (name: string): name is EndpointName => Object.hasOwn(endpoints, name);

/**
 * modified_since selects rows whose `modified` is equal or later. `modified` may be null in a row that was never edited (old
 * samples); as in SQL, null never matches.
 */
export const isModifiedSince = (row: Row, since: number): boolean =>
  typeof row.modified === 'string' && readStamp(row.modified) >= since;
