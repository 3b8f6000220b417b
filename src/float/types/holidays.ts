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
   * Float's own id of the holiday; the same value as id, or null where the server sends only id.
   */
  holiday_id?: null | number;
  /**
   * Name of the holiday.
   */
  name?: null | string;
  /**
   * First day of the holiday. A time of day, where Float sends one, is left out.
   */
  date?: null | string;
  /**
   * Last day of the holiday; the same as date for a single day, or null. A time of day is left out.
   */
  end_date?: null | string;
  /**
   * What has no column of its own, under Float's names: fields that this connector does not declare, and values that do not fit the type of their column, which is null then. Null if there is nothing of the kind.
   */
  additional_fields?: null | {
    [k: string]: unknown;
  };
}
