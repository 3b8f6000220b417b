/* Generated from schemas/logged_time.json by npm run generate; not edited by hand. */

/**
 * One row is one entry of time worked: so many hours of one person on one day for a project. An entry set to 0 hours counts as deleted in Float and is no longer sent.
 */
export interface LoggedTime {
  /**
   * Key of the row: a copy of logged_time_id. Text, not a number.
   */
  id: string;
  /**
   * Float's own id of the entry, hexadecimal text; the same value as id, or null where the server sends only id.
   */
  logged_time_id?: null | string;
  /**
   * Person (→ people.id).
   */
  people_id?: null | number;
  /**
   * Project (→ projects.id).
   */
  project_id?: null | number;
  /**
   * Phase (→ phases.id); 0 for none.
   */
  phase_id?: null | number;
  /**
   * Allocation for which the time was logged (→ tasks.id); null for none.
   */
  task_id?: null | number;
  /**
   * Project task (→ project_tasks.id); null for none.
   */
  task_meta_id?: null | number;
  /**
   * Name of the project task; may be empty or null.
   */
  task_name?: null | string;
  /**
   * Day on which the work was done.
   */
  date?: null | string;
  /**
   * Day of the allocation (task_id) for which Float no longer suggests logging time because of this entry; null for none.
   */
  reference_date?: null | string;
  /**
   * Hours worked, 0 to 24, with two decimals.
   */
  hours?: null | number;
  /**
   * Free text about the work.
   */
  notes?: null | string;
  /**
   * 1 billable, 0 non-billable. Follows the project, phase or project task.
   */
  billable?: null | number;
  /**
   * Sent by Float without documentation; 0 wherever it was seen.
   */
  priority?: null | number;
  /**
   * 1 if the entry is locked against changes, 0 if not.
   */
  locked?: null | number;
  /**
   * Day on which the entry was last locked; null if never.
   */
  locked_date?: null | string;
  /**
   * When the entry was created, in UTC.
   */
  created?: null | string;
  /**
   * Who created the entry: an account, not a person (→ accounts.id).
   */
  created_by?: null | number;
  /**
   * When the entry was last changed, in UTC; on a deleted row when it was deleted. Cursor of the stream.
   */
  modified?: null | string;
  /**
   * Who last changed the entry: an account, not a person (→ accounts.id).
   */
  modified_by?: null | number;
  /**
   * When the entry was deleted, in UTC, by Float's Delete Log; null on a living row. On a deleted row only id, logged_time_id, modified and this field are filled.
   */
  _ab_cdc_deleted_at?: null | string;
  /**
   * What has no column of its own, under Float's names: fields that this connector does not declare, and values that do not fit the type of their column, which is null then. Null if there is nothing of the kind.
   */
  additional_fields?: null | {
    [k: string]: unknown;
  };
}
