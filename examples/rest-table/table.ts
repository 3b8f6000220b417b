import type { RestTable } from './rest-table.ts';

/** Sixteen lists of an API for resource planning. */
export const TABLE: RestTable = {
  client: {
    base_url: 'https://api.example.com/v3',
    auth: { type: 'bearer' },
    paginator: {
      type: 'page_number',
      page_param: 'page',
      limit_param: 'per-page',
      limit: 200,
      count_headers: {
        totalCount: 'x-pagination-total-count',
        pageCount: 'x-pagination-page-count',
        perPage: 'x-pagination-per-page',
      },
    },
    quotas: [
      { limit: 200, windowMs: 60_000 },
      { limit: 10, windowMs: 1_000 },
    ],
  },
  resource_defaults: {
    primary_key: 'id',
    columns: { id: { data_type: 'bigint' } },
    endpoint: { data_selector: 'data' },
  },
  resources: [
    { name: 'accounts', endpoint: { path: 'accounts' } },
    { name: 'departments', endpoint: { path: 'departments' } },
    { name: 'people', endpoint: { path: 'people', params: { people_type_id: '1,2,3,4' } } },
    { name: 'roles', endpoint: { path: 'roles' } },
    {
      name: 'public_holidays',
      primary_key: ['id', 'region'],
      columns: { region: { data_type: 'text' } },
      endpoint: { path: 'public-holidays' },
    },
    { name: 'holidays', endpoint: { path: 'holidays' } },
    { name: 'projects', endpoint: { path: 'projects' } },
    { name: 'status', endpoint: { path: 'status' } },
    { name: 'time_off', endpoint: { path: 'timeoffs' } },
    { name: 'timeoff_types', endpoint: { path: 'timeoff-types' } },
    { name: 'clients', endpoint: { path: 'clients' } },
    { name: 'phases', endpoint: { path: 'phases' } },
    { name: 'project_tasks', endpoint: { path: 'project-tasks' } },
    { name: 'milestones', endpoint: { path: 'milestones' } },
    { name: 'tasks', endpoint: { path: 'tasks' } },
    {
      name: 'logged_time',
      columns: { id: { data_type: 'text' }, hours: { data_type: 'double' }, modified: { data_type: 'timestamp' } },
      endpoint: {
        path: 'logged-time',
        incremental: {
          cursor_field: 'modified',
          start_datetime: '2012-01-01T00:00:00Z',
          datetime_format: '%Y-%m-%dT%H:%M:%SZ',
          start_time_option: { inject_into: 'request_parameter', field_name: 'modified_since' },
        },
      },
    },
  ],
};
