/* Generated from schemas/currencies.json by npm run generate; not edited by hand. */

/**
 * One row is one currency of the account: its home currency, and those of projects where the plan has them. The endpoint is new: which fields it has besides its key is not documented.
 */
export interface Currencies {
  /**
   * Key of the row: a copy of currency_id.
   */
  id: number;
  /**
   * Float's own id of the currency; the same value as id, or null where the server sends only id.
   */
  currency_id?: null | number;
  /**
   * What has no column of its own, under Float's names: fields that this connector does not declare, and values that do not fit the type of their column, which is null then. Null if there is nothing of the kind.
   */
  additional_fields?: null | {
    [k: string]: unknown;
  };
}
