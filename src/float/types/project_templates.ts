/* Generated from schemas/project_templates.json by npm run generate; not edited by hand. */

/**
 * One row is one template from which projects can be made. The endpoint is new, and Float documents only the fields listed here.
 */
export interface ProjectTemplates {
  /**
   * Key of the row: Float's own id of the template, or a copy of project_template_id.
   */
  id: number;
  /**
   * Float's own id of the template: the same value as id, or null if the server sends only id.
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
   * Fields that the connector does not know, and values that do not fit the type of their column (the column is then null), under Float's names. Null if the row has none of these.
   */
  additional_fields?: null | {
    [k: string]: unknown;
  };
}
