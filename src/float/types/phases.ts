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
   * Float's own id of the phase; the same value as id, or null where the server sends only id.
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
   * Colour of the phase, as six hexadecimal digits without a leading #, for example 0095D8. Null if it has the project's.
   */
  color?: null | string;
  /**
   * Free text about the phase.
   */
  notes?: null | string;
  /**
   * First day of the phase: set by hand, or else that of its earliest milestone, allocation or logged time.
   */
  start_date?: null | string;
  /**
   * Last day of the phase: set by hand, or else that of its latest milestone, allocation or logged time.
   */
  end_date?: null | string;
  /**
   * Budget of the phase where the project's budget is set on phases (projects.budget_priority 1): hours or an amount in the project's currency, by projects.budget_type; else null.
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
   * State of planning: 0 draft, 1 tentative, 2 confirmed, 3 completed, 4 cancelled. Float has announced that more may come.
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
   * When the phase was last changed, in UTC; equal to created at first. Cursor of the stream.
   */
  modified?: null | string;
  /**
   * Task list of the phase when the row was read. The stream project_tasks has the whole rows; Float does not say whether a change of this list alone changes modified. Null if the server refuses to expand it.
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
   * Team of the phase when the row was read. Float does not say whether a change of the team alone changes modified. Null if the server refuses to expand it.
   */
  phase_team?:
    | null
    | (null | {
        /**
         * Team member (→ people.id).
         */
        people_id?: null | number;
        /**
         * Rate charged for an hour of the person on the phase, in the project's currency; null where another rate applies.
         */
        hourly_rate?: null | number;
        /**
         * Role in which the person is in the phase (→ roles.id); null for none.
         */
        role_id?: null | number;
        /**
         * The phase itself (→ phases.id).
         */
        phase_id?: null | number;
      })[];
  /**
   * When a sync found the phase deleted, in UTC; null on a living row. On a deleted row only id, phase_id, modified and this field are filled.
   */
  _ab_cdc_deleted_at?: null | string;
  /**
   * What has no column of its own, under Float's names: fields that this connector does not declare, and values that do not fit the type of their column, which is null then. Null if there is nothing of the kind.
   */
  additional_fields?: null | {
    [k: string]: unknown;
  };
}
