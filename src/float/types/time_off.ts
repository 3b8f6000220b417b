/* Generated from schemas/time_off.json by npm run generate; not edited by hand. */

/**
 * One row is one absence, of one or several people over one or more days. To get one row per person, unnest people_ids.
 */
export interface TimeOff {
  /**
   * Key of the row: a copy of timeoff_id.
   */
  id: number;
  /**
   * Float's own id of the time off: the same value as id, or null if the server sends only id.
   */
  timeoff_id?: null | number;
  /**
   * Kind of time off (→ timeoff_types.id).
   */
  timeoff_type_id?: null | number;
  /**
   * Name of the kind of time off.
   */
  timeoff_type_name?: null | string;
  /**
   * First day.
   */
  start_date?: null | string;
  /**
   * Last day, inclusive. Repetitions are additional (see repeat_state).
   */
  end_date?: null | string;
  /**
   * Time of day at which the absence begins, as HH:MM in 24 hours; null for none.
   */
  start_time?: null | string;
  /**
   * Hours per day, not in total; null for full days.
   */
  hours?: null | number;
  /**
   * Free text about the absence.
   */
  timeoff_notes?: null | string;
  /**
   * 1 tentative, 2 confirmed, 3 declined. Float does not document 3.
   */
  status?: null | number;
  /**
   * Free text given with the status.
   */
  status_note?: null | string;
  /**
   * Who set the status: an account, not a person (→ accounts.id). Null right after creation.
   */
  status_creator_id?: null | number;
  /**
   * 1 if whole days are taken, 0 if not; may be null on rows with hours.
   */
  full_day?: null | number;
  /**
   * One or several people who are absent (→ people.id). There is no field people_id.
   */
  people_ids?: null | (null | number)[];
  /**
   * How the absence repeats: 0 not at all, 1 weekly, 2 monthly, 3 every two weeks, 4 every three weeks, 5 every six weeks, 6 every two months, 7 every three months, 8 every six months, 9 yearly.
   */
  repeat_state?: null | number;
  /**
   * Last day of the repetitions; null for none. The streams tasks and status call it repeat_end_date.
   */
  repeat_end?: null | string;
  /**
   * When the time off was created, in UTC.
   */
  created?: null | string;
  /**
   * When the time off was last changed, in UTC; equal to created until the first change; on a deleted row, when it was deleted. Cursor of the stream.
   */
  modified?: null | string;
  /**
   * Who created the time off: an account, not a person (→ accounts.id).
   */
  created_by?: null | number;
  /**
   * Who last changed the time off: an account, not a person (→ accounts.id).
   */
  modified_by?: null | number;
  /**
   * When the time off was deleted, in UTC, according to Float's Delete Log; null if the row is not deleted. On a deleted row, only id, timeoff_id, modified and this field have values.
   */
  _ab_cdc_deleted_at?: null | string;
  /**
   * Fields that the connector does not know, and values that do not fit the type of their column (the column is then null), under Float's names. Null if the row has none of these.
   */
  additional_fields?: null | {
    [k: string]: unknown;
  };
}
