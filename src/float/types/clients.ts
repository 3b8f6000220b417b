/* Generated from schemas/clients.json by npm run generate; not edited by hand. */

/**
 * One row is one client that projects are done for.
 */
export interface Clients {
  /**
   * Key of the row: a copy of client_id.
   */
  id: number;
  /**
   * Float's own id of the client: the same value as id, or null if the server sends only id.
   */
  client_id?: null | number;
  /**
   * Name of the client.
   */
  name?: null | string;
  /**
   * Fields that the connector does not know, and values that do not fit the type of their column (the column is then null), under Float's names. Null if the row has none of these.
   */
  additional_fields?: null | {
    [k: string]: unknown;
  };
}
