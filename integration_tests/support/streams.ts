import type { EndpointName } from '../../mock-api/endpoints.ts';

/** What design.md §2 promises of a stream, written down a second time so that the table in src/ has something to meet. */
export interface ExpectedStream {
  path: string;
  endpoint: EndpointName;
  key: string;
  primaryKey: string[];
  incremental: boolean;
  /** Fields of the company's rows that the connector has no reason to ask for. */
  withheld?: string[];
  /** What the request says beside page, per-page and modified_since. */
  query?: Record<string, string>;
}

const stream = (endpoint: EndpointName, key: string, more: Partial<ExpectedStream> = {}): ExpectedStream => ({
  path: `/${endpoint}`,
  endpoint,
  key,
  primaryKey: ['id'],
  incremental: false,
  ...more,
});

export const EXPECTED = {
  accounts: stream('accounts', 'account_id', { withheld: ['people_id'] }),
  departments: stream('departments', 'department_id'),
  people: stream('people', 'people_id', {
    incremental: true,
    withheld: ['account', 'managers', 'contracts'],
    query: { people_type_id: '1,2,3,4' },
  }),
  roles: stream('roles', 'id', { withheld: ['cost_rate_history', 'people_ids', 'people_count'] }),
  public_holidays: stream('public-holidays', 'id', { primaryKey: ['id', 'region'] }),
  holidays: stream('holidays', 'holiday_id'),
  projects: stream('projects', 'project_id', {
    incremental: true,
    withheld: ['expenses', 'phases', 'currency'],
    query: { expand: 'project_tasks,project_team' },
  }),
  status: stream('status', 'status_id'),
  time_off: stream('timeoffs', 'timeoff_id', { incremental: true }),
  timeoff_types: stream('timeoff-types', 'timeoff_type_id'),
  clients: stream('clients', 'client_id'),
  phases: stream('phases', 'phase_id', {
    incremental: true,
    query: { expand: 'phase_tasks,phase_team' },
  }),
  project_tasks: stream('project-tasks', 'task_meta_id'),
  milestones: stream('milestones', 'milestone_id'),
  tasks: stream('tasks', 'task_id', { incremental: true }),
  logged_time: stream('logged-time', 'logged_time_id', { incremental: true }),
} satisfies Record<string, ExpectedStream>;

export type StreamName = keyof typeof EXPECTED;

export const STREAM_NAMES = Object.keys(EXPECTED) as StreamName[];

export const expected = (name: StreamName): ExpectedStream => EXPECTED[name];

export const INCREMENTAL = STREAM_NAMES.filter((name) => expected(name).incremental);
