/* Generated from schemas/timeoff_types.json by npm run generate; not edited by hand. */

/**
 * One row is one kind of time off, such as paid leave or sick leave. Archived kinds are included.
 */
export interface TimeoffTypes {
  /**
   * Key of the row: a copy of timeoff_type_id.
   */
  id: number;
  /**
   * Float's own id of the time off type: the same value as id, or null if the server sends only id.
   */
  timeoff_type_id?: null | number;
  /**
   * Name of the kind of time off.
   */
  timeoff_type_name?: null | string;
  /**
   * Colour of the kind of time off, as six hexadecimal digits without a leading #, for example 0095D8. Null if none was set.
   */
  color?: null | string;
  /**
   * Who created this kind: an account, not a person (→ accounts.id). Null for the built-in kinds.
   */
  created_by?: null | number;
  /**
   * 1 if time off of this kind must be approved, 0 if not.
   */
  approval_required?: null | number;
  /**
   * 1 active, 0 archived.
   */
  active?: null | number;
  /**
   * How the balance of this kind of time off is kept. Float does not document this field; it may be absent.
   */
  balance_type?: null | string;
  /**
   * Days of time off of this kind per year. Float does not document this field; it may be absent.
   */
  days_per_year?: null | number;
  /**
   * Fields that the connector does not know, and values that do not fit the type of their column (the column is then null), under Float's names. Null if the row has none of these.
   */
  additional_fields?: null | {
    [k: string]: unknown;
  };
}
