/* Generated from schemas/projects.json by npm run generate; not edited by hand. */

/**
 * One row is one project, with its task list and its team. Archived projects are included.
 */
export interface Projects {
  /**
   * Key of the row: a copy of project_id.
   */
  id: number;
  /**
   * Float's own id of the project: the same value as id, or null if the server sends only id.
   */
  project_id?: null | number;
  /**
   * Name of the project.
   */
  name?: null | string;
  /**
   * The company's own code for the project, at most 32 characters, unique regardless of case.
   */
  project_code?: null | string;
  /**
   * Client (→ clients.id); null for none.
   */
  client_id?: null | number;
  /**
   * Colour of the project, as six hexadecimal digits without a leading #, for example 0095D8.
   */
  color?: null | string;
  /**
   * Free text about the project.
   */
  notes?: null | string;
  /**
   * Tags of the project, as plain text (tags of people are objects); empty for none.
   */
  tags?: null | (null | string)[];
  /**
   * Kind of budget: 0 none, 1 total hours, 2 total (fixed) fee, 3 hourly fee.
   */
  budget_type?: null | number;
  /**
   * Budget: hours if budget_type is 1, an amount in the project's currency if it is 2. Null for an hourly fee. Also null if the budget is set on phases or tasks (see budget_priority): in that case, add up the budgets of these.
   */
  budget_total?: null | number;
  /**
   * 1 if the budget is set on phases, 0 if not. Deprecated by Float; budget_priority replaces it.
   */
  budget_per_phase?: null | number;
  /**
   * Where the budget is set: 0 on the project, 1 on its phases, 2 on its tasks.
   */
  budget_priority?: null | number;
  /**
   * Default rate charged for an hour on the project, as decimal text, for example 55.5000, in the project's currency.
   */
  default_hourly_rate?: null | string;
  /**
   * 1 non-billable, 0 billable.
   */
  non_billable?: null | number;
  /**
   * 1 tentative, 0 not. Deprecated by Float; status replaces it.
   */
  tentative?: null | number;
  /**
   * State of planning: 0 draft, 1 tentative, 2 confirmed, 3 completed, 4 cancelled. Float has announced that it may add more values.
   */
  status?: null | number;
  /**
   * Stage of the project (→ project_stages.id, if the account has that stream).
   */
  stage_id?: null | number;
  /**
   * Rate card of the project (→ rate_cards.id, if the account has that stream); null for none.
   */
  rate_card_id?: null | number;
  /**
   * Not documented. Float sometimes sends it from its internal API. It was 1 in every known response, so it is an integer here.
   */
  rate_type?: null | number;
  /**
   * Not documented. Float sometimes sends it from its internal API. Its name suggests a count of external calendars. It was 0 in every known response, so it is an integer here.
   */
  ext_calendar_count?: null | number;
  /**
   * 1 if only users who may edit the project can add to its task list, 0 if everyone can.
   */
  locked_task_list?: null | number;
  /**
   * 1 active, 0 archived.
   */
  active?: null | number;
  /**
   * Project manager: an account, not a person (→ accounts.id).
   */
  project_manager?: null | number;
  /**
   * 1 if all project managers may schedule on the project, 0 if not.
   */
  all_pms_schedule?: null | number;
  /**
   * When the project was created, in UTC.
   */
  created?: null | string;
  /**
   * When the project was last changed, in UTC; equal to created until the first change. Cursor of the stream.
   */
  modified?: null | string;
  /**
   * First day of the project: set by hand, or the day of its earliest phase, milestone, allocation or logged time.
   */
  start_date?: null | string;
  /**
   * Last day of the project: set by hand, or the day of its latest phase, milestone, allocation or logged time.
   */
  end_date?: null | string;
  /**
   * Task list of the project at the time of the read. The stream project_tasks has all fields of these tasks. Float does not document whether a change of this list updates modified. Null if the server refuses to send it.
   */
  project_tasks?:
    | null
    | (null | {
        /**
         * Project task (→ project_tasks.id).
         */
        task_meta_id?: null | number;
        /**
         * Name of the project task; may be empty.
         */
        task_name?: null | string;
        /**
         * 1 billable, 0 non-billable.
         */
        billable?: null | number;
        /**
         * Phase of the project task (→ phases.id); 0 for none.
         */
        phase_id?: null | number;
      })[];
  /**
   * Team of the project at the time of the read. Float does not document whether a change of the team updates modified. Null if the server refuses to send it.
   */
  project_team?:
    | null
    | (null | {
        /**
         * Team member (→ people.id).
         */
        people_id?: null | number;
        /**
         * Rate charged for an hour of the person on the project, in the project's currency; null if another rate applies.
         */
        hourly_rate?: null | number;
        /**
         * Role of the person on the project (→ roles.id); null for none.
         */
        role_id?: null | number;
        /**
         * Always 0, because this is the team of the whole project. Teams of phases are in phases.phase_team.
         */
        phase_id?: null | number;
      })[];
  /**
   * Expenses of the project, with a few fields. The stream project_expenses has all fields, if the account has that stream. Null if the server refuses to send it.
   */
  expenses?:
    | null
    | (null | {
        /**
         * What the expense is for.
         */
        name?: null | string;
        /**
         * Day of the expense.
         */
        date?: null | string;
        /**
         * Amount, in the project's currency.
         */
        cost?: null | number;
      })[];
  /**
   * Currency of the project. Float does not document its fields. Null if the server refuses to send it.
   */
  currency?: null | {
    [k: string]: unknown;
  };
  /**
   * When a sync detected that the project was deleted, in UTC; null if the row is not deleted. On a deleted row, only id, project_id, modified and this field have values.
   */
  _ab_cdc_deleted_at?: null | string;
  /**
   * Fields that the connector does not know, and values that do not fit the type of their column (the column is then null), under Float's names. Null if the row has none of these.
   */
  additional_fields?: null | {
    [k: string]: unknown;
  };
}
