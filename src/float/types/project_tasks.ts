/* Generated from schemas/project_tasks.json by npm run generate; not edited by hand. */

/**
 * One row is one entry of the task list of a project or phase: a kind of work to which allocations and logged time refer. Not to be taken for tasks, which are the allocations.
 */
export interface ProjectTasks {
  /**
   * Key of the row: a copy of task_meta_id.
   */
  id: number;
  /**
   * Float's own id of the project task, so named for old clients; the same value as id, or null where the server sends only id.
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
   * Name of the project task. May be empty: the default where no task was chosen.
   */
  task_name?: null | string;
  /**
   * 1 billable, 0 non-billable.
   */
  billable?: null | number;
  /**
   * Budget of the task where the project's budget is set on tasks (projects.budget_priority 2): hours or an amount in the project's currency, by projects.budget_type; else null.
   */
  budget?: null | number;
  /**
   * Number of allocations (tasks) that refer to it.
   */
  count_tasks?: null | number;
  /**
   * Number of logged time entries that refer to it.
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
   * What has no column of its own, under Float's names: fields that this connector does not declare, and values that do not fit the type of their column, which is null then. Null if there is nothing of the kind.
   */
  additional_fields?: null | {
    [k: string]: unknown;
  };
}
