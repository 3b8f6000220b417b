/* Generated from schemas/project_stages.json by npm run generate; not edited by hand. */

/**
 * One row is one stage that projects go through, such as Proposal, Likely or On track. The endpoint is new, and Float documents only the fields listed here.
 */
export interface ProjectStages {
  /**
   * Key of the row: Float's own id of the stage, or a copy of project_stage_id.
   */
  id: number;
  /**
   * Another name for the id: one known API client expects this name. Null if the server sends only id.
   */
  project_stage_id?: null | number;
  /**
   * Name of the stage.
   */
  name?: null | string;
  /**
   * Free text about the stage.
   */
  description?: null | string;
  /**
   * When the stage was created, in UTC.
   */
  created?: null | string;
  /**
   * Who created the stage: an account, not a person (→ accounts.id).
   */
  created_by?: null | number;
  /**
   * When the stage was last changed, in UTC.
   */
  modified?: null | string;
  /**
   * Who last changed the stage: an account, not a person (→ accounts.id).
   */
  modified_by?: null | number;
  /**
   * Fields that the connector does not know, and values that do not fit the type of their column (the column is then null), under Float's names. Null if the row has none of these.
   */
  additional_fields?: null | {
    [k: string]: unknown;
  };
}
