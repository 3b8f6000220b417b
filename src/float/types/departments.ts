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
   * Float's own id of the department; the same value as id, or null where the server sends only id.
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
   * What has no column of its own, under Float's names: fields that this connector does not declare, and values that do not fit the type of their column, which is null then. Null if there is nothing of the kind.
   */
  additional_fields?: null | {
    [k: string]: unknown;
  };
}
