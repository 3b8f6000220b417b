/* Generated from schemas/currencies.json by npm run generate; not edited by hand. */

/**
 * One row is one currency of the account: its home currency and, if the plan includes them, the currencies of projects. The endpoint is new, and Float documents only its key.
 */
export interface Currencies {
  /**
   * Key of the row: a copy of currency_id.
   */
  id: number;
  /**
   * Float's own id of the currency: the same value as id, or null if the server sends only id.
   */
  currency_id?: null | number;
  /**
   * Fields that the connector does not know, and values that do not fit the type of their column (the column is then null), under Float's names. Null if the row has none of these.
   */
  additional_fields?: null | {
    [k: string]: unknown;
  };
}
