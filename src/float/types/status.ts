/* Generated from schemas/status.json by npm run generate; not edited by hand. */

/**
 * One row is one status: where or how a person works on some days, such as at home, in the office, travelling, or a custom text. A new status replaces an older one that it overlaps.
 */
export interface Status {
  /**
   * Key of the row: a copy of status_id.
   */
  id: number;
  /**
   * Float's own id of the status: the same value as id, or null if the server sends only id.
   */
  status_id?: null | number;
  /**
   * Kind of status: 1 home, 2 travel, 3 custom, 4 office. A team can add kinds with other ids. The API does not list these kinds.
   */
  status_type_id?: null | number;
  /**
   * Person (→ people.id).
   */
  people_id?: null | number;
  /**
   * Text of a custom status (status_type_id 3); null for the other kinds.
   */
  status_name?: null | string;
  /**
   * First day.
   */
  start_date?: null | string;
  /**
   * Last day, inclusive. Repetitions are additional (see repeat_state).
   */
  end_date?: null | string;
  /**
   * How the status repeats: 0 not at all, 1 weekly, 2 monthly, 3 every two weeks, 4 every three weeks, 5 every six weeks, 6 every two months, 7 every three months, 8 every six months, 9 yearly.
   */
  repeat_state?: null | number;
  /**
   * Last day of the repetitions; null for none.
   */
  repeat_end_date?: null | string;
  /**
   * When the status was created, in UTC.
   */
  created?: null | string;
  /**
   * When the status was last changed, in UTC.
   */
  modified?: null | string;
  /**
   * Who created the status: an account, not a person (→ accounts.id).
   */
  created_by?: null | number;
  /**
   * Who last changed the status: an account, not a person (→ accounts.id).
   */
  modified_by?: null | number;
  /**
   * Fields that the connector does not know, and values that do not fit the type of their column (the column is then null), under Float's names. Null if the row has none of these.
   */
  additional_fields?: null | {
    [k: string]: unknown;
  };
}
