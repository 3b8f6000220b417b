import { occurrences, overlap, readStamp, type Span, type StampForm, workDaysOf } from './dates.ts';
import { assignees, type Json, type Row, textIn } from './rows.ts';

/** The project that a row points to. */
export type ProjectOf = (row: Row) => Row | undefined;

/** Does the row pass `?parameter=value`? */
type Filter = (row: Row, value: string, projectOf: ProjectOf) => boolean;

/** What is left of the row inside the window; null when it lies outside. */
type Window = (row: Row, window: Span) => Row | null;

export interface Endpoint {
  key: string;
  /** The key is unique only among rows of equal value here. */
  keyWithin?: string;
  /** How created and modified are written; several forms take turns. Without it the rows bear no stamps. */
  stamps?: readonly [StampForm, ...StampForm[]];
  modifiedSince?: true;
  fields?: true;
  sort?: true;
  window?: Window;
  /** Also takes ?year=, and answers for the present year when asked for no time at all. */
  yearly?: true;
  filters?: Record<string, Filter>;
  /** Left out unless the request names this filter itself. */
  unlessAsked?: { filter: string; hides: (row: Row) => boolean };
  hides?: (row: Row) => boolean;
  /** Fields that a row shows only when asked; `stored` ones are part of the company's rows. */
  expand?: Record<string, 'stored' | ((row: Row, window: Span | null) => Json)>;
  /** Followed by the Delete Log. */
  deletions?: true;
  /** Recorded in June 2023 on these only. */
  linkHeader?: true;
  headers?: Record<string, string>;
  whenEmpty?: '204' | 'per-page header only';
}

const is =
  (field: string): Filter =>
  (row, value) =>
    value.split(',').includes(String(row[field]));

const equal = (...fields: string[]): Record<string, Filter> =>
  Object.fromEntries(fields.map((field) => [field, is(field)]));

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

/** Float's readable lists: what each one accepts and how it differs from the others. */
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
  'project-stages': { key: 'id', stamps: ['seconds'] },
  'project-expenses': { key: 'id', stamps: ['seconds'], filters: equal('project_id') },
  currencies: { key: 'currency_id' },
  'rate-cards': { key: 'rate_card_id', stamps: ['seconds'] },
  'project-templates': { key: 'project_template_id', stamps: ['seconds'] },
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
} as const satisfies Record<string, Endpoint>;

export type EndpointName = keyof typeof endpoints;

const table: Record<EndpointName, Endpoint> = endpoints;

export const endpointNames = Object.keys(endpoints) as EndpointName[];

export const endpointOf = (name: EndpointName): Endpoint => table[name];

export const isEndpointName = (name: string): name is EndpointName => Object.hasOwn(endpoints, name);

/**
 * modified_since compares `modified`, equal or later. A row that was never edited may hold null there (old samples);
 * as in SQL, null is never later.
 */
export const isModifiedSince = (row: Row, since: number): boolean =>
  typeof row.modified === 'string' && readStamp(row.modified) >= since;
