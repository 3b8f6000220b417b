/* Generated from schemas/reports_projects.json by npm run generate; not edited by hand. */

/**
 * One row is one project in one calendar month: scheduled hours, as Float's projects report adds them up. A project without time in a month has no row for it. Allocations may still change, so every sync reads the whole span again.
 */
export interface ReportsProjects {
  /**
   * Key of the row, together with start_date: a copy of project_id.
   */
  id: number;
  /**
   * Project (→ projects.id); the same value as id, or null where the server sends only id.
   */
  project_id?: null | number;
  /**
   * First day of the month that the row is of, in UTC; part of the key. Put there by the connector: Float's rows bear no dates.
   */
  start_date: string;
  /**
   * Last day of the month that the row is of. Put there by the connector.
   */
  end_date?: null | string;
  /**
   * Name of the project, as it is now.
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
   * What has no column of its own, under Float's names: fields that this connector does not declare, and values that do not fit the type of their column, which is null then. Null if there is nothing of the kind.
   */
  additional_fields?: null | {
    [k: string]: unknown;
  };
}
