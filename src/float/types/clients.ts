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
  /**
   * What has no column of its own, under Float's names: fields that this connector does not declare, and values that do not fit the type of their column, which is null then. Null if there is nothing of the kind.
   */
  additional_fields?: null | {
    [k: string]: unknown;
  };
}
