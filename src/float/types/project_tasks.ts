/* Generated from schemas/project_tasks.json by npm run generate; not edited by hand. */

/**
 * One row is one entry of the task list of a project or phase: a kind of work that allocations and logged time refer to. Do not confuse it with the stream tasks, which has the allocations.
 */
export interface ProjectTasks {
  /**
   * Key of the row: a copy of task_meta_id.
   */
  id: number;
  /**
   * Float's own id of the project task, under a name that Float keeps for old API clients: the same value as id, or null if the server sends only id.
   */
  task_meta_id?: null | number;
  /**
   * Project (→ projects.id).
   */
  project_id?: null | number;
  /**
   * Phase (→ phases.id); 0 for none.
   */
  phase_id?: null | number;
  /**
   * Name of the project task. Empty for the default task, which Float uses if no task was chosen.
   */
  task_name?: null | string;
  /**
   * 1 billable, 0 non-billable.
   */
  billable?: null | number;
  /**
   * Budget of the task, if the project's budget is set on tasks (projects.budget_priority 2); otherwise null. Hours or an amount in the project's currency, depending on projects.budget_type.
   */
  budget?: null | number;
  /**
   * Number of allocations (tasks) that refer to the project task.
   */
  count_tasks?: null | number;
  /**
   * Number of logged time entries that refer to the project task.
   */
  count_logged_time?: null | number;
  /**
   * When the project task was created, in UTC.
   */
  created?: null | string;
  /**
   * When the project task was last changed, in UTC.
   */
  modified?: null | string;
  /**
   * Fields that the connector does not know, and values that do not fit the type of their column (the column is then null), under Float's names. Null if the row has none of these.
   */
  additional_fields?: null | {
    [k: string]: unknown;
  };
}
