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
   * Float's own id of the milestone; the same value as id, or null where the server sends only id.
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
   * First day of the milestone. A time of day, where Float sends one, is left out.
   */
  date?: null | string;
  /**
   * Last day of a milestone of several days, or the same as date, or null. A time of day is left out.
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
   * What has no column of its own, under Float's names: fields that this connector does not declare, and values that do not fit the type of their column, which is null then. Null if there is nothing of the kind.
   */
  additional_fields?: null | {
    [k: string]: unknown;
  };
}
