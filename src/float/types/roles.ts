/* Generated from schemas/roles.json by npm run generate; not edited by hand. */

/**
 * One row is one role, such as Designer, which people hold and which has default rates.
 */
export interface Roles {
  /**
   * Key of the row: Float's own id of the role.
   */
  id: number;
  /**
   * Name of the role.
   */
  name?: null | string;
  /**
   * Default rate charged for an hour of a team member in this role, as decimal text, for example 55.5000, in the company's currency.
   */
  default_hourly_rate?: null | string;
  /**
   * When the role was created, in UTC.
   */
  created?: null | string;
  /**
   * Who created the role: an account, not a person (→ accounts.id).
   */
  created_by?: null | number;
  /**
   * When the role was last changed, in UTC.
   */
  modified?: null | string;
  /**
   * Who last changed the role: an account, not a person (→ accounts.id).
   */
  modified_by?: null | number;
  /**
   * Cost rates of the role over time. Null if the server refuses to send it.
   */
  cost_rate_history?:
    | null
    | (null | {
        /**
         * Cost of an hour, as decimal text, for example 55.5000, in the company's currency.
         */
        rate?: null | string;
        /**
         * Day from which the rate applies.
         */
        effective_date?: null | string;
      })[];
  /**
   * People who hold the role now (→ people.id). Null if the server refuses to send it.
   */
  people_ids?: null | (null | number)[];
  /**
   * Number of people who hold the role now. Null if the server refuses to send it.
   */
  people_count?: null | number;
  /**
   * Fields that the connector does not know, and values that do not fit the type of their column (the column is then null), under Float's names. Null if the row has none of these.
   */
  additional_fields?: null | {
    [k: string]: unknown;
  };
}
