/* Generated from schemas/project_expenses.json by npm run generate; not edited by hand. */

/**
 * One row is one expense of a project, such as travel. The endpoint is new, and Float documents only the fields listed here.
 */
export interface ProjectExpenses {
  /**
   * Key of the row: Float's own id of the expense, or a copy of project_expense_id.
   */
  id: number;
  /**
   * Another name for the id: one known API client expects this name. Null if the server sends only id.
   */
  project_expense_id?: null | number;
  /**
   * Project (→ projects.id).
   */
  project_id?: null | number;
  /**
   * What the expense is for.
   */
  name?: null | string;
  /**
   * Day of the expense.
   */
  date?: null | string;
  /**
   * Amount, in the project's currency.
   */
  cost?: null | number;
  /**
   * When the expense was created, in UTC.
   */
  created?: null | string;
  /**
   * Fields that the connector does not know, and values that do not fit the type of their column (the column is then null), under Float's names. Null if the row has none of these.
   */
  additional_fields?: null | {
    [k: string]: unknown;
  };
}
