import type { EndpointName } from '../../mock-api/endpoints.ts';
import type { ReportName } from '../../mock-api/reports.ts';

type Documented = EndpointName | `reports/${ReportName}`;

const fields = (text: string): string[] => text.split(' ');

/** The top-level fields that Float documents or was seen to send, those of `expand` included; task_days is computed for a window. */
export const documented: Record<Documented, string[]> = {
  accounts: fields(
    'account_id name email timezone avatar account_type access department_filter_id department_filter view_rights edit_rights budget_rights active created modified people_id',
  ),
  departments: fields('department_id parent_id name'),
  people: fields(
    'people_id people_code name email job_title role_id department notes avatar_file auto_email employee_type work_days_hours work_days_hours_history work_day_hours non_work_days contractor active people_type_id tags start_date end_date default_hourly_rate cost_rate region_id created modified account managers contracts',
  ),
  roles: fields(
    'id name default_hourly_rate created modified created_by modified_by cost_rate_history people_ids people_count',
  ),
  status: fields(
    'status_id status_type_id people_id status_name start_date end_date repeat_state repeat_end_date created modified created_by modified_by',
  ),
  timeoffs: fields(
    'timeoff_id timeoff_type_id timeoff_type_name start_date end_date start_time hours timeoff_notes status status_note status_creator_id full_day people_ids repeat_state repeat_end created modified created_by modified_by',
  ),
  'timeoff-types': fields('timeoff_type_id timeoff_type_name color created_by approval_required active'),
  'public-holidays': fields('id name dates region'),
  holidays: fields('holiday_id name date end_date'),
  clients: fields('client_id name'),
  projects: fields(
    'project_id name project_code client_id color notes tags budget_type budget_total budget_per_phase budget_priority default_hourly_rate non_billable tentative status stage_id rate_card_id rate_type ext_calendar_count locked_task_list active project_manager all_pms_schedule created modified start_date end_date project_team project_tasks phases expenses currency',
  ),
  'project-stages': fields('id name description created modified created_by modified_by'),
  'project-expenses': fields('id name date cost created'),
  currencies: fields('currency_id'),
  'rate-cards': fields('rate_card_id'),
  phases: fields(
    'phase_id project_id name color notes start_date end_date budget_total default_hourly_rate non_billable status tentative active created modified phase_tasks phase_team',
  ),
  'project-tasks': fields(
    'task_meta_id project_id phase_id task_name billable budget count_tasks count_logged_time created modified',
  ),
  milestones: fields('milestone_id name project_id phase_id date end_date created modified'),
  tasks: fields(
    'task_id root_task_id parent_task_id project_id phase_id start_date end_date start_time hours people_id people_ids status billable name task_meta_id notes priority repeat_state repeat_end_date created_by modified_by created modified',
  ),
  'logged-time': fields(
    'logged_time_id people_id project_id phase_id task_id task_meta_id task_name date reference_date hours notes billable priority locked locked_date created modified created_by modified_by',
  ),
  'reports/people': fields(
    'people_id name employee_type people_type_id department_id department default_hourly_rate my_hours my_hours_history co_hours co_hours_history wk_day_hrs capacity timeoff scheduled billable nonBillable overtime unscheduled futureScheduled futureBillable futureNonBillable futureOvertime',
  ),
  'reports/projects': fields('project_id name client_id scheduled billable nonBillable'),
};
