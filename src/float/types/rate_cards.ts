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
}
