import type { Clocks } from '../http/clocks.ts';
import type { JsonObject } from '../protocol/json.ts';

/** One page of a list. The counts are the server's, where it sends them: Float leaves them out of some answers. */
export interface Page {
  readonly rows: JsonObject[];
  readonly totalCount: number | undefined;
  readonly pageCount: number | undefined;
  readonly currentPage: number | undefined;
  readonly perPage: number | undefined;
  readonly clocks: Clocks;
}
