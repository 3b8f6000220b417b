/* Generated from schemas/logged_time.json by npm run generate; not edited by hand. */

/**
 * One row is one entry of time worked: the hours of one person on one day for one project. Float treats an entry set to 0 hours as deleted and no longer sends it.
 */
export interface LoggedTime {
  /**
   * Key of the row: a copy of logged_time_id. Text, not a number.
   */
  id: string;
  /**
   * Float's own id of the entry, as hexadecimal text: the same value as id, or null if the server sends only id.
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
   * Day of the allocation (task_id) for which this entry replaces Float's suggestion to log time; null for none.
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
   * 1 billable, 0 non-billable. Determined by the project, phase or project task.
   */
  billable?: null | number;
  /**
   * Not documented by Float; 0 in every known response.
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
   * When the entry was last changed, in UTC; on a deleted row, when it was deleted. Cursor of the stream.
   */
  modified?: null | string;
  /**
   * Who last changed the entry: an account, not a person (→ accounts.id).
   */
  modified_by?: null | number;
  /**
   * When the entry was deleted, in UTC, according to Float's Delete Log; null if the row is not deleted. On a deleted row, only id, logged_time_id, modified and this field have values.
   */
  _ab_cdc_deleted_at?: null | string;
  /**
   * Fields that the connector does not know, and values that do not fit the type of their column (the column is then null), under Float's names. Null if the row has none of these.
   */
  additional_fields?: null | {
    [k: string]: unknown;
  };
}
