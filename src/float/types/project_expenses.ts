/* Generated from schemas/project_expenses.json by npm run generate; not edited by hand. */

/**
 * One row is one expense of a project, such as travel. The endpoint is new: which fields it has besides these is not documented.
 */
export interface ProjectExpenses {
  /**
   * Key of the row: Float's own id of the expense, or a copy of project_expense_id.
   */
  id: number;
  /**
   * The id under another name that one client of the API expects; null where the server sends only id.
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
   * What has no column of its own, under Float's names: fields that this connector does not declare, and values that do not fit the type of their column, which is null then. Null if there is nothing of the kind.
   */
  additional_fields?: null | {
    [k: string]: unknown;
  };
}
