/* Generated from schemas/clients.json by npm run generate; not edited by hand. */

/**
 * One row is one client for whom projects are done.
 */
export interface Clients {
  /**
   * Key of the row: a copy of client_id.
   */
  id: number;
  /**
   * Float's own id of the client; the same value as id, or null where the server sends only id.
   */
  client_id?: null | number;
  /**
   * Name of the client.
   */
  name?: null | string;
}
