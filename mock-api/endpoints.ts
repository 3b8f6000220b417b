import { occurrences, overlap, readStamp } from './dates.ts';
import type { Endpoint, Window } from './endpoint.ts';
import { type Row, textIn } from './rows.ts';
import { SIMPLE_LISTS } from './simple-lists.ts';

const repeating: Window = (row, window) => (occurrences(row, window).length > 0 ? row : null);

const onDate: Window = (row, window) =>
  overlap({ start: textIn(row, 'date'), end: textIn(row, 'date') }, window) ? row : null;

const someDates: Window = (row, window) => {
  const dates = (Array.isArray(row.dates) ? row.dates : []).filter(
    (date) => String(date) >= window.start && String(date) <= window.end,
  );
  return dates.length > 0 ? { ...row, dates } : null;
};

export const endpoints = {
  accounts: { key: 'account_id', stamps: ['seconds', 'micros', 'seconds', 'date'], expand: ['people_id'] },
  departments: { key: 'department_id' },
  people: {
    key: 'people_id',
    stamps: ['seconds'],
    modifiedSince: true,
    filters: ['active', 'people_type_id'],
    unlessAsked: { filter: 'people_type_id', hides: (row) => row.people_type_id === 4 },
    expand: ['account', 'managers', 'contracts'],
  },
  roles: { key: 'id', stamps: ['iso', 'seconds'], expand: ['cost_rate_history', 'people_ids', 'people_count'] },
  status: { key: 'status_id', stamps: ['seconds'], whenEmpty: '204' },
  timeoffs: { key: 'timeoff_id', stamps: ['seconds'], modifiedSince: true, window: repeating, deletions: true },
  'timeoff-types': { key: 'timeoff_type_id' },
  'public-holidays': { key: 'id', keyWithin: 'region', window: someDates, yearly: true },
  holidays: { key: 'holiday_id' },
  clients: { key: 'client_id' },
  projects: {
    key: 'project_id',
    stamps: ['seconds'],
    modifiedSince: true,
    filters: ['active'],
    expand: ['expenses', 'phases', 'project_tasks', 'project_team', 'currency'],
  },
  phases: {
    key: 'phase_id',
    stamps: ['seconds'],
    modifiedSince: true,
    filters: ['active'],
    expand: ['phase_tasks', 'phase_team'],
  },
  'project-tasks': { key: 'task_meta_id', stamps: ['millis'] },
  milestones: { key: 'milestone_id', stamps: ['millis'], whenEmpty: 'per-page header only' },
  tasks: { key: 'task_id', stamps: ['millis'], modifiedSince: true, window: repeating, deletions: true },
  'logged-time': {
    key: 'logged_time_id',
    stamps: ['seconds'],
    modifiedSince: true,
    window: onDate,
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
