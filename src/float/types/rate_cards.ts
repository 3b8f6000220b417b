/* Generated from schemas/rate_cards.json by npm run generate; not edited by hand. */

/**
 * One row is one rate card: rates by role that projects can use (projects.rate_card_id). The endpoint is new: which fields it has besides its key is not documented.
 */
export interface RateCards {
  /**
   * Key of the row: a copy of rate_card_id.
   */
  id: number;
  /**
   * Float's own id of the rate card; the same value as id, or null where the server sends only id.
   */
  rate_card_id?: null | number;
  /**
   * What has no column of its own, under Float's names: fields that this connector does not declare, and values that do not fit the type of their column, which is null then. Null if there is nothing of the kind.
   */
  additional_fields?: null | {
    [k: string]: unknown;
  };
}
