/* Generated from schemas/phases.json by npm run generate; not edited by hand. */

/**
 * One row is one phase of a project, with its task list and its team. Archived phases are included.
 */
export interface Phases {
  /**
   * Key of the row: a copy of phase_id.
   */
  id: number;
  /**
   * Float's own id of the phase: the same value as id, or null if the server sends only id.
   */
  phase_id?: null | number;
  /**
   * Project to which the phase belongs (→ projects.id).
   */
  project_id?: null | number;
  /**
   * Name of the phase.
   */
  name?: null | string;
  /**
   * Colour of the phase, as six hexadecimal digits without a leading #, for example 0095D8. Null if the phase has the project's colour.
   */
  color?: null | string;
  /**
   * Free text about the phase.
   */
  notes?: null | string;
  /**
   * First day of the phase: set by hand, or the day of its earliest milestone, allocation or logged time.
   */
  start_date?: null | string;
  /**
   * Last day of the phase: set by hand, or the day of its latest milestone, allocation or logged time.
   */
  end_date?: null | string;
  /**
   * Budget of the phase, if the project's budget is set on phases (projects.budget_priority 1); otherwise null. Hours or an amount in the project's currency, depending on projects.budget_type.
   */
  budget_total?: null | number;
  /**
   * Default rate charged for an hour in the phase, as decimal text, for example 55.5000, in the project's currency.
   */
  default_hourly_rate?: null | string;
  /**
   * 1 non-billable, 0 billable; null if the project's setting applies.
   */
  non_billable?: null | number;
  /**
   * State of planning: 0 draft, 1 tentative, 2 confirmed, 3 completed, 4 cancelled. Float has announced that it may add more values.
   */
  status?: null | number;
  /**
   * 1 tentative, 0 not. Deprecated by Float; status replaces it.
   */
  tentative?: null | number;
  /**
   * 1 active, 0 archived.
   */
  active?: null | number;
  /**
   * When the phase was created, in UTC.
   */
  created?: null | string;
  /**
   * When the phase was last changed, in UTC; equal to created until the first change. Cursor of the stream.
   */
  modified?: null | string;
  /**
   * Task list of the phase at the time of the read. The stream project_tasks has all fields of these tasks. Float does not document whether a change of this list updates modified. Null if the server refuses to send it.
   */
  phase_tasks?:
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
         * The phase itself (→ phases.id).
         */
        phase_id?: null | number;
      })[];
  /**
   * Team of the phase at the time of the read. Float does not document whether a change of the team updates modified. Null if the server refuses to send it.
   */
  phase_team?:
    | null
    | (null | {
        /**
         * Team member (→ people.id).
         */
        people_id?: null | number;
        /**
         * Rate charged for an hour of the person on the phase, in the project's currency; null if another rate applies.
         */
        hourly_rate?: null | number;
        /**
         * Role of the person in the phase (→ roles.id); null for none.
         */
        role_id?: null | number;
        /**
         * The phase itself (→ phases.id).
         */
        phase_id?: null | number;
      })[];
  /**
   * When a sync detected that the phase was deleted, in UTC; null if the row is not deleted. On a deleted row, only id, phase_id, modified and this field have values.
   */
  _ab_cdc_deleted_at?: null | string;
  /**
   * Fields that the connector does not know, and values that do not fit the type of their column (the column is then null), under Float's names. Null if the row has none of these.
   */
  additional_fields?: null | {
    [k: string]: unknown;
  };
}
