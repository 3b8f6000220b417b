/* Generated from schemas/departments.json by npm run generate; not edited by hand. */

/**
 * One row is one department. Departments have one level of sub-departments.
 */
export interface Departments {
  /**
   * Key of the row: a copy of department_id.
   */
  id: number;
  /**
   * Float's own id of the department: the same value as id, or null if the server sends only id.
   */
  department_id?: null | number;
  /**
   * Department above this one (→ departments.id); null at the top.
   */
  parent_id?: null | number;
  /**
   * Name of the department.
   */
  name?: null | string;
  /**
   * Fields that the connector does not know, and values that do not fit the type of their column (the column is then null), under Float's names. Null if the row has none of these.
   */
  additional_fields?: null | {
    [k: string]: unknown;
  };
}
