/* Generated from schemas/holidays.json by npm run generate; not edited by hand. */

/**
 * One row is one holiday that the team set for the whole company, of one or more days. Public holidays are in public_holidays.
 */
export interface Holidays {
  /**
   * Key of the row: a copy of holiday_id.
   */
  id: number;
  /**
   * Float's own id of the holiday: the same value as id, or null if the server sends only id.
   */
  holiday_id?: null | number;
  /**
   * Name of the holiday.
   */
  name?: null | string;
  /**
   * First day of the holiday. If Float sends a time of day, the connector drops it.
   */
  date?: null | string;
  /**
   * Last day of the holiday; the same as date for a single day, or null. If Float sends a time of day, the connector drops it.
   */
  end_date?: null | string;
  /**
   * Fields that the connector does not know, and values that do not fit the type of their column (the column is then null), under Float's names. Null if the row has none of these.
   */
  additional_fields?: null | {
    [k: string]: unknown;
  };
}
