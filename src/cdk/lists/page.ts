import type { Clocks } from '../http/clocks.ts';
import type { JsonObject } from '../protocol/json.ts';

/** One page of a list. The counts come from the server; each may be missing or wrong. */
export interface Page {
  readonly rows: JsonObject[];
  readonly totalCount: number | undefined;
  readonly pageCount: number | undefined;
  readonly perPage: number | undefined;
  readonly clocks: Clocks;
}

/** The server refused the page (404 or 422). The walk decides whether this is the end of the list. */
export interface NoSuchPage {
  readonly refusal: Error;
}

export type PageAnswer = Page | NoSuchPage;
