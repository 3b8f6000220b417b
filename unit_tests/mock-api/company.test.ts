import { describe, expect, test } from '@jest/globals';
import { createCompany, keyOf } from '../../mock-api/company.ts';
import { type EndpointName, endpointNames } from '../../mock-api/endpoints.ts';
import { createClock, NOON } from './ask.ts';

/** The documented fields, those of `expand` included; task_days is computed for a window. */
const documented: Record<EndpointName, string> = {
  accounts:
    'account_id name email timezone avatar account_type access department_filter_id department_filter view_rights edit_rights budget_rights active created modified people_id',
  departments: 'department_id parent_id name',
  people:
    'people_id people_code name email job_title role_id department notes avatar_file auto_email employee_type work_days_hours work_days_hours_history work_day_hours non_work_days contractor active people_type_id tags start_date end_date default_hourly_rate cost_rate region_id created modified account managers contracts',
  roles:
    'id name default_hourly_rate created modified created_by modified_by cost_rate_history people_ids people_count',
  status:
    'status_id status_type_id people_id status_name start_date end_date repeat_state repeat_end_date created modified created_by modified_by',
  timeoffs:
    'timeoff_id timeoff_type_id timeoff_type_name start_date end_date start_time hours timeoff_notes status status_note status_creator_id full_day people_ids repeat_state repeat_end created modified created_by modified_by',
  'timeoff-types': 'timeoff_type_id timeoff_type_name color created_by approval_required active',
  'public-holidays': 'id name dates region',
  holidays: 'holiday_id name date end_date',
  clients: 'client_id name',
  projects:
    'project_id name project_code client_id color notes tags budget_type budget_total budget_per_phase budget_priority default_hourly_rate non_billable tentative status stage_id rate_card_id rate_type ext_calendar_count locked_task_list active project_manager all_pms_schedule created modified start_date end_date project_team project_tasks phases expenses currency',
  'project-stages': 'id name description created modified created_by modified_by',
  'project-expenses': 'id name date cost created',
  currencies: 'currency_id',
  'rate-cards': 'rate_card_id',
  phases:
    'phase_id project_id name color notes start_date end_date budget_total default_hourly_rate non_billable status tentative active created modified phase_tasks phase_team',
  'project-tasks':
    'task_meta_id project_id phase_id task_name billable budget count_tasks count_logged_time created modified',
  milestones: 'milestone_id name project_id phase_id date end_date created modified',
  tasks:
    'task_id root_task_id parent_task_id project_id phase_id start_date end_date start_time hours people_id people_ids status billable name task_meta_id notes priority repeat_state repeat_end_date created_by modified_by created modified',
  'logged-time':
    'logged_time_id people_id project_id phase_id task_id task_meta_id task_name date reference_date hours notes billable priority locked locked_date created modified created_by modified_by',
};

const company = createCompany({ now: () => NOON });

describe('the default company', () => {
  test.each(endpointNames)('%s have every documented field, each with a value somewhere', (name) => {
    const filled = new Set(
      company.rows(name).flatMap((row) => Object.keys(row).filter((field) => row[field] !== null)),
    );
    const nullInEveryRowSeen = ['work_day_hours', 'non_work_days'];
    const expected = documented[name].split(' ').filter((field) => !nullInEveryRowSeen.includes(field));
    expect(expected.filter((field) => !filled.has(field))).toEqual([]);
  });

  test('is the same for the same seed and another for another', () => {
    const same = createCompany({ now: () => NOON });
    const other = createCompany({ now: () => NOON, seed: 2 });
    expect(same.rows('tasks')).toEqual(company.rows('tasks'));
    expect(other.rows('tasks')).not.toEqual(company.rows('tasks'));
  });

  test('holds no row written after it was made', () => {
    for (const name of ['people', 'tasks', 'logged-time'] as const) {
      for (const row of company.rows(name)) expect(String(row.modified ?? '') <= '2026-06-10 12:00:00').toBe(true);
    }
  });

  test.each<[string, EndpointName, (row: Record<string, unknown>) => boolean]>([
    ['the oldest person was never created', 'people', (row) => row.created === null],
    ['a person made through the API has auto_email -1', 'people', (row) => row.auto_email === -1],
    ['a role placeholder exists', 'people', (row) => row.people_type_id === 4],
    ['part of a day off: hours, and full_day null', 'timeoffs', (row) => row.full_day === null && row.hours !== null],
    ['several assignees: people_id null', 'tasks', (row) => row.people_id === null && Array.isArray(row.people_ids)],
    ['several assignees: no people_id', 'tasks', (row) => !('people_id' in row) && Array.isArray(row.people_ids)],
    ['one assignee: people_ids null', 'tasks', (row) => row.people_ids === null],
    ['one assignee: no people_ids', 'tasks', (row) => !('people_ids' in row)],
    ['hours as text', 'tasks', (row) => typeof row.hours === 'string'],
    ['modified null', 'tasks', (row) => row.modified === null],
    ['never edited: modified_by 0', 'tasks', (row) => row.modified_by === 0],
    ['an empty task name', 'tasks', (row) => row.name === ''],
    ['phase 0 for none', 'tasks', (row) => row.phase_id === 0],
    ['phase null for none', 'milestones', (row) => row.phase_id === null],
    ['a budget as text', 'projects', (row) => typeof row.budget_total === 'string'],
    ['a budget as number', 'projects', (row) => typeof row.budget_total === 'number'],
    ['non_billable inherited', 'phases', (row) => row.non_billable === null],
    ['a stamp with offset', 'roles', (row) => /T.*\+00:00$/.test(String(row.created))],
    ['a stamp of six decimals', 'accounts', (row) => /\.\d{6}$/.test(String(row.created))],
    ['a stamp that is a date', 'accounts', (row) => /^\d{4}-\d\d-\d\d$/.test(String(row.created))],
    ['milliseconds', 'tasks', (row) => /:\d\d\.\d{3}$/.test(String(row.created))],
    ['a guest account without a person', 'accounts', (row) => row.people_id === null],
    ['an archived project', 'projects', (row) => row.active === 0],
  ])('oddity: %s', (_, name, holds) => {
    expect(company.rows(name).some(holds)).toBe(true);
  });

  test('overlapping public holiday ids of two regions', () => {
    const ids = company.rows('public-holidays').map((row) => row.id);
    expect(new Set(ids).size).toBe(ids.length / 2);
  });
});

test('sizes and counts: any endpoint gets exactly the rows asked for', () => {
  const sized = createCompany({
    people: 3,
    projects: 2,
    counts: { tasks: 401, departments: 0, 'logged-time': 20_000 },
  });
  expect(sized.rows('people')).toHaveLength(3);
  expect(sized.rows('tasks')).toHaveLength(401);
  expect(sized.rows('departments')).toHaveLength(0);
  expect(sized.rows('logged-time')).toHaveLength(20_000);
  expect(sized.rows('logged-time').every((row) => /^[0-9a-f]{24}$/.test(String(row.logged_time_id)))).toBe(true);
});

test('an empty company can be made', () => {
  const counts = Object.fromEntries(endpointNames.map((name) => [name, 0]));
  const empty = createCompany({ people: 0, projects: 0, counts });
  for (const name of endpointNames) expect(empty.rows(name)).toEqual([]);
  for (const name of endpointNames) expect(empty.insert(name)).toBeDefined();
});

describe('writes', () => {
  test('an inserted row is the newest and stamped twice with the present; an update moves modified only', () => {
    const clock = createClock();
    const live = createCompany({ now: clock.now });
    const row = live.insert('tasks', { notes: 'new' });
    expect(live.rows('tasks')[0]).toBe(row);
    expect(row).toMatchObject({
      created: '2026-06-10 12:00:00.000',
      modified: '2026-06-10 12:00:00.000',
      modified_by: 0,
      notes: 'new',
    });
    clock.ms += 1500;
    const updated = live.update('tasks', keyOf('tasks', row), { notes: 'changed' });
    expect(updated).toMatchObject({ created: '2026-06-10 12:00:00.000', modified: '2026-06-10 12:00:01.500' });
    expect(row.notes).toBe('new');
  });

  test('keys never collide, not even with keys given by hand', () => {
    const live = createCompany({ now: () => NOON, counts: { clients: 2 } });
    const [newest] = live.rows('clients');
    const next = Number(newest?.client_id) + 1;
    live.insert('clients', { client_id: next });
    expect(live.insert('clients').client_id).toBe(next + 1);
  });

  test('what is not there cannot be changed or removed', () => {
    expect(() => company.update('clients', 1, {})).toThrow('have no 1');
    expect(() => company.remove('clients', 1)).toThrow('have no 1');
  });
});
