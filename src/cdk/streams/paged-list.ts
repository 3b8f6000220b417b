import type { Answer } from '../http/client.ts';
import type { PageContent } from '../lists/read-page.ts';
import type { Stream, StreamDefinition } from '../protocol/source.ts';
import type { StampFields } from '../records/stamps.ts';

/** A request for one page of a list. */
export interface PageRequest {
  /** From 1. */
  readonly page: number;
  /** Page size: usually `perPage`; smaller if pages overlap to prove that no row was skipped between them. */
  readonly size: number;
  /** Rows before this page, for APIs that page by offset and limit: `(page - 1) * size`. */
  readonly offset: number;
  /** `YYYY-MM-DDThh:mm:ss[.fff]Z`: request only rows changed at or after it. Undefined: all rows. */
  readonly since: string | undefined;
  /** Aborts when the response is no longer needed. Pass it to the client. */
  readonly signal: AbortSignal;
}

/** A list that is paged by number or by offset. */
export interface PagedList extends Omit<StreamDefinition, 'resumable'> {
  /** At least one field. The key identifies rows, so that none is emitted twice. */
  readonly primaryKey: readonly [string, ...string[]];
  /**
   * The field with the time of a row's last change. Set it only if `getPage` can request the rows changed since an instant. For
   * a row without this field, the other `stampFields` are used.
   */
  readonly cursorField?: string;
  /** `YYYY-MM-DDThh:mm:ss[.fff]Z`: the first incremental read requests rows changed at or after it. Undefined: all rows. */
  readonly startDate?: string | undefined;
  /** Fields with the time of a row's last change, in order of preference. Default: the cursor field, else `modified`, `created`. */
  readonly stampFields?: StampFields;
  /** Rows requested with each page: the API's maximum. A whole number from 1. */
  readonly perPage: number;
  /** Requests one page, with `HttpClient.get`. */
  readonly getPage: (request: PageRequest) => Promise<Answer>;
  /** The rows and counts of a response. Throws if it is not a list; see `rowsAt`. */
  readonly contentOf: (answer: Answer) => PageContent;
}

export interface PagedLists {
  /** A stream that reads a list: in full, and incrementally if it has a cursor. */
  stream(list: PagedList): Stream;
}
