import { describe, expect, test } from '@jest/globals';
import { mock, pageHeaders } from './ask.ts';

/** What the real API answered on 2023-06-07: the fields of every row, and the headers beyond the common ones. */
const recorded: [path: string, fields: string, headers: string[]][] = [
  [
    '/accounts',
    'account_id name email timezone avatar account_type access department_filter department_filter_id view_rights edit_rights budget_rights active created modified',
    ['link'],
  ],
  ['/clients', 'client_id name', ['api-cache']],
  ['/departments', '', ['link']],
  [
    '/people',
    'people_id name email job_title department notes avatar_file auto_email employee_type work_days_hours_history work_days_hours active people_type_id tags start_date end_date default_hourly_rate created modified region_id contractor non_work_days',
    [],
  ],
  [
    '/projects',
    'project_id name client_id color notes tags budget_type budget_total budget_per_phase default_hourly_rate non_billable tentative locked_task_list active project_manager all_pms_schedule created modified',
    [],
  ],
  [
    '/tasks',
    'task_id root_task_id parent_task_id project_id phase_id start_date end_date start_time hours status billable name notes repeat_state repeat_end_date created_by modified_by created modified task_meta_id',
    [],
  ],
  ['/timeoff-types', 'timeoff_type_id timeoff_type_name color created_by approval_required active', []],
];

describe('recorded responses of Float', () => {
  test.each(recorded)('%s', (path, fields, headers) => {
    const { get } = mock();
    const reply = get(`${path}?per-page=200&page=1`);
    const names = fields.split(' ').filter((name) => name !== '');
    for (const row of reply.rows) expect(Object.keys(row)).toEqual(expect.arrayContaining(names));
    expect(reply.headers['content-type']).toBe('application/json; charset=UTF-8');
    expect(Object.keys(pageHeaders(reply.headers)).sort()).toEqual([
      'current-page',
      'page-count',
      'per-page',
      'total-count',
    ]);
    expect(Object.keys(reply.headers).filter((name) => name === 'link' || name === 'api-cache')).toEqual(headers);
  });

  test('the oldest person has no creation, built-in time off types no author but a colour', () => {
    const { get } = mock();
    expect(get('/people?per-page=200').rows.at(-1)).toMatchObject({ created: null });
    const types = get('/timeoff-types?per-page=200').rows.reverse();
    expect(types.slice(0, 7).every((row) => row.created_by === null && row.color !== null)).toBe(true);
    expect(types.slice(7).every((row) => row.created_by !== null && row.color === null)).toBe(true);
  });

  test('a new allocation: modified = created, to the millisecond, by nobody yet', () => {
    const { company } = mock();
    const row = company.insert('tasks');
    expect(row.modified).toBe(row.created);
    expect(row.created).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}$/);
    expect(row.modified_by).toBe(0);
  });

  test('Link names the first and the last page, or on an empty list itself', () => {
    const full = mock({ company: { counts: { departments: 3 } } });
    const base = 'http://api.float.com/v3/departments?per-page=2&page=';
    expect(full.get('/departments?per-page=2&page=1').headers.link).toBe(
      `<${base}1>; rel=self, <${base}1>; rel=first, <${base}2>; rel=last`,
    );
    const empty = mock({ company: { counts: { departments: 0 } } });
    expect(empty.get('/departments?per-page=2&page=1').headers.link).toBe(`<${base}1>; rel=self`);
  });
});
