/* Generated from schemas/tasks.json by npm run generate; not edited by hand. */

/**
 * One row is one allocation: work scheduled for one or several people on a project, with hours per day, a first day and a last day. Float calls it a task in the API and an allocation elsewhere.
 */
export interface Tasks {
  /**
   * Key of the row: a copy of task_id.
   */
  id: number;
  /**
   * Float's own id of the allocation: the same value as id, or null if the server sends only id.
   */
  task_id?: null | number;
  /**
   * First allocation of a chain of linked allocations (→ tasks.id); null if not linked.
   */
  root_task_id?: null | number;
  /**
   * Allocation to which this one is linked directly (→ tasks.id); null for none.
   */
  parent_task_id?: null | number;
  /**
   * Project (→ projects.id).
   */
  project_id?: null | number;
  /**
   * Phase (→ phases.id); 0 for none.
   */
  phase_id?: null | number;
  /**
   * First day.
   */
  start_date?: null | string;
  /**
   * Last day, inclusive. Repetitions are additional (see repeat_state).
   */
  end_date?: null | string;
  /**
   * Time of day at which the work begins, as HH:MM in 24 hours; null for none.
   */
  start_time?: null | string;
  /**
   * Hours per day, not in total.
   */
  hours?: null | number;
  /**
   * Person (→ people.id). Null if there are several people: see people_ids.
   */
  people_id?: null | number;
  /**
   * People who share the allocation (→ people.id). Null if there is only one person: see people_id.
   */
  people_ids?: null | (null | number)[];
  /**
   * 0 draft, 1 tentative, 2 confirmed, 3 complete, 4 cancelled.
   */
  status?: null | number;
  /**
   * 1 billable, 0 non-billable. Determined by the project task.
   */
  billable?: null | number;
  /**
   * Name of the project task; may be empty.
   */
  name?: null | string;
  /**
   * Project task (→ project_tasks.id).
   */
  task_meta_id?: null | number;
  /**
   * Free text about the work.
   */
  notes?: null | string;
  /**
   * Left over from older versions of the API; not documented.
   */
  priority?: null | number;
  /**
   * How the allocation repeats: 0 not at all, 1 weekly, 2 monthly, 3 every two weeks, 4 every three weeks, 5 every six weeks, 6 every two months, 7 every three months, 8 every six months, 9 yearly.
   */
  repeat_state?: null | number;
  /**
   * Last day of the repetitions; null for none. The stream time_off calls it repeat_end.
   */
  repeat_end_date?: null | string;
  /**
   * Who created the allocation: an account, not a person (→ accounts.id).
   */
  created_by?: null | number;
  /**
   * Who last changed the allocation: an account, not a person (→ accounts.id). 0 until the first change.
   */
  modified_by?: null | number;
  /**
   * When the allocation was created, in UTC.
   */
  created?: null | string;
  /**
   * When the allocation was last changed, in UTC, with milliseconds; equal to created until the first change; on a deleted row, when it was deleted. Cursor of the stream. Null on some old rows, for which the connector uses created as the cursor.
   */
  modified?: null | string;
  /**
   * When the allocation was deleted, in UTC, according to Float's Delete Log; null if the row is not deleted. On a deleted row, only id, task_id, modified and this field have values.
   */
  _ab_cdc_deleted_at?: null | string;
  /**
   * Fields that the connector does not know, and values that do not fit the type of their column (the column is then null), under Float's names. Null if the row has none of these.
   */
  additional_fields?: null | {
    [k: string]: unknown;
  };
}
