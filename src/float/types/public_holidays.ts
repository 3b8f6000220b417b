/* Generated from schemas/public_holidays.json by npm run generate; not edited by hand. */

/**
 * One row is one public holiday of a region, with the dates on which it falls in the years that were read. Float supplies them; the team's own days off are in holidays.
 */
export interface PublicHolidays {
  /**
   * Float's own id of the holiday. It is unique only within a region: id and region together are the key of the row.
   */
  id: number;
  /**
   * Region in which the holiday applies (← people.region_id). Key of the row together with id; null on a server without regions.
   */
  region?: null | number;
  /**
   * Name of the holiday.
   */
  name?: null | string;
  /**
   * Dates on which the holiday falls, within the years that were read.
   */
  dates?: null | (null | string)[];
  /**
   * Fields that the connector does not know, and values that do not fit the type of their column (the column is then null), under Float's names. Null if the row has none of these.
   */
  additional_fields?: null | {
    [k: string]: unknown;
  };
}
