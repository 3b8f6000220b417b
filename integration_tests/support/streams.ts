import type { EndpointName } from '../../mock-api/endpoints.ts';
import type { ReportName } from '../../mock-api/reports.ts';

/** What must hold of a stream, from Float's documentation: a second time, so that the table in src/ has something to meet. */
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
  /** Fields that the schema lacks: those that the mock makes up where little is known. */
  unknown?: string[];
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
  accounts: stream('accounts', 'account_id', { query: { expand: 'people_id' } }),
  departments: stream('departments', 'department_id'),
  people: stream('people', 'people_id', {
    incremental: true,
    query: { people_type_id: '1,2,3,4', expand: 'account,managers,contracts' },
  }),
  roles: stream('roles', 'id', { query: { expand: 'cost_rate_history,people_ids,people_count' } }),
  public_holidays: stream('public-holidays', 'id', { primaryKey: ['id', 'region'] }),
  holidays: stream('holidays', 'holiday_id'),
  projects: stream('projects', 'project_id', {
    incremental: true,
    withheld: ['phases'],
    query: { expand: 'project_tasks,project_team,expenses,currency' },
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
  project_stages: stream('project-stages', 'id', { unknown: ['status', 'order', 'active'] }),
  project_expenses: stream('project-expenses', 'id', { unknown: ['modified', 'billable', 'receipt'] }),
  currencies: stream('currencies', 'currency_id', { unknown: ['code', 'is_default', 'exchange_rate'] }),
  rate_cards: stream('rate-cards', 'rate_card_id', {
    unknown: ['name', 'currency_id', 'created', 'modified', 'rates'],
  }),
  project_templates: stream('project-templates', 'project_template_id', {
    unknown: ['created_by', 'duration_days', 'phases'],
  }),
} satisfies Record<string, ExpectedStream>;

/** The streams that are lists of rows. */
export type StreamName = keyof typeof EXPECTED;

export const STREAM_NAMES = Object.keys(EXPECTED) as StreamName[];

export interface ExpectedReport {
  path: string;
  report: ReportName;
  key: string;
}

export const REPORTS: Record<'reports_people' | 'reports_projects', ExpectedReport> = {
  reports_people: { path: '/reports/people', report: 'people', key: 'people_id' },
  reports_projects: { path: '/reports/projects', report: 'projects', key: 'project_id' },
};

export type ReportStream = keyof typeof REPORTS;

export const REPORT_STREAMS = Object.keys(REPORTS) as ReportStream[];

/** Those that `discover` offers only where the server has them, with their paths. */
export const OPTIONAL = {
  reports_people: '/reports/people',
  reports_projects: '/reports/projects',
  project_stages: '/project-stages',
  project_expenses: '/project-expenses',
  currencies: '/currencies',
  rate_cards: '/rate-cards',
  project_templates: '/project-templates',
};

export const expected = (name: StreamName): ExpectedStream => EXPECTED[name];

export const INCREMENTAL = STREAM_NAMES.filter((name) => expected(name).incremental);
