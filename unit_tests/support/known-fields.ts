import type { EndpointName } from '../../mock-api/endpoints.ts';

/** A path of Float's API that is read. */
export type KnownPath = EndpointName | 'reports/people' | 'reports/projects';

/**
 * What is known of the fields of Float's answers, but for those that the connector has no use for, in November 2026, from its specification, its tutorials and rows seen:
 * type → names. `a.b` is inside an object, `a[].b` inside each object of an array. A number that also comes as a text
 * stands under number.
 */
const KNOWN_FIELDS: Partial<Record<KnownPath, Record<string, string>>> = {
  accounts: {
    integer:
      'account_id account_type access department_filter_id view_rights edit_rights budget_rights active people_id',
    string: 'name email timezone avatar',
    'array of integer': 'department_filter',
    timestamp_with_timezone: 'created modified last_login',
  },
  departments: { integer: 'department_id parent_id', string: 'name' },
  people: {
    integer: `people_id role_id auto_email employee_type contractor active people_type_id region_id
      department.department_id department.parent_id tags[].type account.account_id contracts[].role_id`,
    string: `people_code name email job_title notes avatar_file work_day_hours non_work_days default_hourly_rate cost_rate
      department.name tags[].name contracts[].role_name contracts[].cost_rate contracts[].cost_rate_from`,
    date: 'start_date end_date contracts[].effective_date',
    timestamp_with_timezone: 'created modified',
    object: 'department work_days_hours_history account',
    'array of number': 'work_days_hours',
    'array of integer': 'managers',
    'array of object': 'tags contracts',
  },
  roles: {
    integer: 'id created_by modified_by people_count',
    string: 'name default_hourly_rate cost_rate_history[].rate',
    date: 'cost_rate_history[].effective_date',
    timestamp_with_timezone: 'created modified',
    'array of integer': 'people_ids',
    'array of object': 'cost_rate_history',
  },
  status: {
    integer: 'status_id status_type_id people_id repeat_state created_by modified_by',
    string: 'status_name',
    date: 'start_date end_date repeat_end_date',
    timestamp_with_timezone: 'created modified',
  },
  timeoffs: {
    integer: 'timeoff_id timeoff_type_id status status_creator_id full_day repeat_state created_by modified_by',
    number: 'hours',
    string: 'timeoff_type_name start_time timeoff_notes status_note',
    date: 'start_date end_date repeat_end',
    timestamp_with_timezone: 'created modified',
    'array of integer': 'people_ids',
  },
  'timeoff-types': {
    integer: 'timeoff_type_id created_by approval_required active',
    number: 'days_per_year',
    string: 'timeoff_type_name color balance_type',
  },
  'public-holidays': { integer: 'id region', string: 'name', 'array of date': 'dates' },
  holidays: { integer: 'holiday_id', string: 'name', date: 'date end_date' },
  clients: { integer: 'client_id', string: 'name' },
  projects: {
    integer: `project_id client_id budget_type budget_per_phase budget_priority non_billable tentative status stage_id
      rate_card_id rate_type ext_calendar_count locked_task_list active project_manager all_pms_schedule
      project_team[].people_id project_team[].role_id project_team[].phase_id
      project_tasks[].task_meta_id project_tasks[].billable project_tasks[].phase_id`,
    number: 'budget_total project_team[].hourly_rate expenses[].cost',
    string: 'name project_code color notes default_hourly_rate project_tasks[].task_name expenses[].name',
    date: 'start_date end_date expenses[].date',
    timestamp_with_timezone: 'created modified',
    object: 'currency',
    'array of string': 'tags',
    'array of object': 'project_team project_tasks expenses',
  },
  'project-stages': {
    integer: 'id project_stage_id created_by modified_by',
    string: 'name description',
    timestamp_with_timezone: 'created modified',
  },
  'project-expenses': {
    integer: 'id project_expense_id project_id',
    number: 'cost',
    string: 'name',
    date: 'date',
    timestamp_with_timezone: 'created',
  },
  currencies: { integer: 'currency_id' },
  'rate-cards': { integer: 'rate_card_id' },
  'project-templates': {
    integer: 'project_template_id',
    string: 'name',
    timestamp_with_timezone: 'created modified',
  },
  phases: {
    integer: `phase_id project_id non_billable status tentative active
      phase_tasks[].task_meta_id phase_tasks[].billable phase_tasks[].phase_id
      phase_team[].people_id phase_team[].role_id phase_team[].phase_id`,
    number: 'budget_total phase_team[].hourly_rate',
    string: 'name color notes default_hourly_rate phase_tasks[].task_name',
    date: 'start_date end_date',
    timestamp_with_timezone: 'created modified',
    'array of object': 'phase_tasks phase_team',
  },
  'project-tasks': {
    integer: 'task_meta_id project_id phase_id billable count_tasks count_logged_time',
    number: 'budget',
    string: 'task_name',
    timestamp_with_timezone: 'created modified',
  },
  milestones: {
    integer: 'milestone_id project_id phase_id',
    string: 'name',
    date: 'date end_date',
    timestamp_with_timezone: 'created modified',
  },
  tasks: {
    integer: `task_id root_task_id parent_task_id project_id phase_id people_id status billable task_meta_id priority
      repeat_state created_by modified_by`,
    number: 'hours',
    string: 'start_time name notes',
    date: 'start_date end_date repeat_end_date',
    timestamp_with_timezone: 'created modified',
    'array of integer': 'people_ids',
  },
  'logged-time': {
    integer: 'people_id project_id phase_id task_id task_meta_id billable priority locked created_by modified_by',
    number: 'hours',
    string: 'logged_time_id task_name notes',
    date: 'date reference_date locked_date',
    timestamp_with_timezone: 'created modified',
  },
  'reports/people': {
    integer: 'people_id employee_type people_type_id department_id',
    number: `capacity timeoff scheduled billable nonBillable overtime unscheduled
      futureScheduled futureBillable futureNonBillable futureOvertime`,
    string: 'name default_hourly_rate',
    object: 'department my_hours_history co_hours_history wk_day_hrs',
    // Float writes co_hours as a text that holds the list.
    'array of number': 'my_hours co_hours',
  },
  'reports/projects': {
    integer: 'project_id client_id',
    number: 'scheduled billable nonBillable',
    string: 'name',
  },
};

const REPEAT_STATES = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
const PLANNING_STATES = [0, 1, 2, 3, 4];

/** The values of numbers that stand for something else, those told without certainty too. */
export const KNOWN_VALUES: Partial<Record<KnownPath, Record<string, readonly number[]>>> = {
  accounts: { account_type: [1, 2, 3, 4, 5, 7] },
  people: { auto_email: [-1, 0, 1], employee_type: [0, 1], people_type_id: [1, 2, 3, 4] },
  // Of status_type_id a team may add more, which no endpoint lists.
  status: { repeat_state: REPEAT_STATES },
  timeoffs: { status: [1, 2, 3], repeat_state: REPEAT_STATES },
  projects: { budget_type: [0, 1, 2, 3], budget_priority: [0, 1, 2], status: PLANNING_STATES },
  phases: { status: PLANNING_STATES },
  tasks: { status: PLANNING_STATES, repeat_state: REPEAT_STATES },
  'reports/people': { employee_type: [0, 1], people_type_id: [1, 2, 3, 4] },
};

/** Numbers that are 1 for yes and 0 for no. */
export const FLAGS: Partial<Record<KnownPath, readonly string[]>> = {
  accounts: ['active', 'view_rights', 'edit_rights'],
  people: ['contractor', 'active'],
  timeoffs: ['full_day'],
  'timeoff-types': ['approval_required', 'active'],
  projects: ['non_billable', 'tentative', 'locked_task_list', 'all_pms_schedule', 'active'],
  phases: ['non_billable', 'tentative', 'active'],
  'project-tasks': ['billable'],
  tasks: ['billable'],
  'logged-time': ['billable', 'locked'],
};

/** Is something known of a list's fields? Of a new list it may not be. */
export const isKnown = (path: string): path is KnownPath => Object.hasOwn(KNOWN_FIELDS, path);

/** Path → type, of all that is known of an answer. */
export function knownFields(path: KnownPath): Map<string, string> {
  return new Map(
    Object.entries(KNOWN_FIELDS[path] ?? {}).flatMap(([type, names]) =>
      names.split(/\s+/).map((name) => [name, type] as const),
    ),
  );
}
