import type { Clocks } from '../http/clocks.ts';
import type { JsonObject } from '../protocol/json.ts';

/** One page of a list. The counts are the server's own, where it sends them; any of them may be wrong. */
export interface Page {
  readonly rows: JsonObject[];
  readonly totalCount: number | undefined;
  readonly pageCount: number | undefined;
  readonly perPage: number | undefined;
  readonly clocks: Clocks;
}

/** The server answered that there is no such page (404 or 422). What it means is for the walk to decide. */
export interface NoSuchPage {
  readonly refusal: Error;
}

export type PageAnswer = Page | NoSuchPage;
