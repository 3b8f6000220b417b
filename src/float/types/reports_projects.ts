/* Generated from schemas/reports_projects.json by npm run generate; not edited by hand. */

/**
 * One row is one project in one calendar month: scheduled hours, as in Float's projects report. A project without scheduled hours in a month has no row for that month. Allocations may still change, so every sync reads all months again.
 */
export interface ReportsProjects {
  /**
   * Key of the row, together with start_date: a copy of project_id.
   */
  id: number;
  /**
   * Project (→ projects.id): the same value as id, or null if the server sends only id.
   */
  project_id?: null | number;
  /**
   * First day of the row's month, in UTC; part of the key. Added by the connector, because Float's rows contain no dates.
   */
  start_date: string;
  /**
   * Last day of the row's month. Added by the connector.
   */
  end_date?: null | string;
  /**
   * Current name of the project.
   */
  name?: null | string;
  /**
   * Client of the project (→ clients.id); null for none.
   */
  client_id?: null | number;
  /**
   * Hours scheduled on the project in the month, of all people.
   */
  scheduled?: null | number;
  /**
   * Scheduled hours that are billable.
   */
  billable?: null | number;
  /**
   * Scheduled hours that are not billable.
   */
  nonBillable?: null | number;
  /**
   * Fields that the connector does not know, and values that do not fit the type of their column (the column is then null), under Float's names. Null if the row has none of these.
   */
  additional_fields?: null | {
    [k: string]: unknown;
  };
}
