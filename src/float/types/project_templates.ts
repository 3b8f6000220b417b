/* Generated from schemas/project_templates.json by npm run generate; not edited by hand. */

/**
 * One row is one template from which projects can be made. The endpoint is new: which fields it has besides these is not documented.
 */
export interface ProjectTemplates {
  /**
   * Key of the row: Float's own id of the template, or a copy of project_template_id.
   */
  id: number;
  /**
   * Float's own id of the template; the same value as id, or null where the server sends only id.
   */
  project_template_id?: null | number;
  /**
   * Name of the template.
   */
  name?: null | string;
  /**
   * When the template was created, in UTC.
   */
  created?: null | string;
  /**
   * When the template was last changed, in UTC.
   */
  modified?: null | string;
  /**
   * What has no column of its own, under Float's names: fields that this connector does not declare, and values that do not fit the type of their column, which is null then. Null if there is nothing of the kind.
   */
  additional_fields?: null | {
    [k: string]: unknown;
  };
}
