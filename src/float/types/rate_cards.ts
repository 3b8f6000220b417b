/* Generated from schemas/rate_cards.json by npm run generate; not edited by hand. */

/**
 * One row is one rate card: rates by role that projects can use (projects.rate_card_id). The endpoint is new, and Float documents only its key.
 */
export interface RateCards {
  /**
   * Key of the row: a copy of rate_card_id.
   */
  id: number;
  /**
   * Float's own id of the rate card: the same value as id, or null if the server sends only id.
   */
  rate_card_id?: null | number;
  /**
   * Fields that the connector does not know, and values that do not fit the type of their column (the column is then null), under Float's names. Null if the row has none of these.
   */
  additional_fields?: null | {
    [k: string]: unknown;
  };
}
