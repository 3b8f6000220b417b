/* Generated from schemas/milestones.json by npm run generate; not edited by hand. */

/**
 * One row is one milestone of a project or phase, of one or more days.
 */
export interface Milestones {
  /**
   * Key of the row: a copy of milestone_id.
   */
  id: number;
  /**
   * Float's own id of the milestone: the same value as id, or null if the server sends only id.
   */
  milestone_id?: null | number;
  /**
   * Name of the milestone.
   */
  name?: null | string;
  /**
   * Project (→ projects.id).
   */
  project_id?: null | number;
  /**
   * Phase (→ phases.id); null for none (other streams have 0 there).
   */
  phase_id?: null | number;
  /**
   * First day of the milestone. If Float sends a time of day, the connector drops it.
   */
  date?: null | string;
  /**
   * Last day of a milestone of several days, or the same as date, or null. If Float sends a time of day, the connector drops it.
   */
  end_date?: null | string;
  /**
   * When the milestone was created, in UTC.
   */
  created?: null | string;
  /**
   * When the milestone was last changed, in UTC.
   */
  modified?: null | string;
  /**
   * Fields that the connector does not know, and values that do not fit the type of their column (the column is then null), under Float's names. Null if the row has none of these.
   */
  additional_fields?: null | {
    [k: string]: unknown;
  };
}
