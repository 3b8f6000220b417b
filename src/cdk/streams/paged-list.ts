import type { Answer } from '../http/client.ts';
import type { PageContent } from '../lists/read-page.ts';
import type { Stream, StreamDefinition } from '../protocol/source.ts';
import type { StampFields } from '../records/stamps.ts';

/** One page of a list to ask for. */
export interface PageRequest {
  /** From 1. */
  readonly page: number;
  /** Rows of a page. Mostly `perPage`; fewer where pages overlap to prove that no row slipped between them. */
  readonly size: number;
  /** Rows before this page, for APIs that page by offset and limit: `(page - 1) * size`. */
  readonly offset: number;
  /** `YYYY-MM-DDThh:mm:ss[.fff]Z`: only rows changed at or after it. Undefined: all rows. */
  readonly since: string | undefined;
  /** Aborts when the answer is not needed any more. Pass it on to the client. */
  readonly signal: AbortSignal;
}

/** A list whose pages have numbers or offsets. */
export interface PagedList extends Omit<StreamDefinition, 'resumable'> {
  /** At least one field: rows are told apart by it, so that none is delivered twice. */
  readonly primaryKey: readonly [string, ...string[]];
  /**
   * Present where `getPage` can ask for the rows changed since an instant. The field of a row with the time of its last change;
   * a row without it counts as unchanged since the times in the other `stampFields`.
   */
  readonly cursorField?: string;
  /** `YYYY-MM-DDThh:mm:ss[.fff]Z`: the first incremental read asks for rows changed since. Undefined: for all rows. */
  readonly startDate?: string | undefined;
  /** Fields with the time of a row's last change, the best first. Default: the cursor field, else `modified` and `created`. */
  readonly stampFields?: StampFields;
  /** Rows asked for with each page: the most that the API gives. A whole number from 1. */
  readonly perPage: number;
  /** Sends the request for one page, by `HttpClient.get`. */
  readonly getPage: (request: PageRequest) => Promise<Answer>;
  /** The rows of an answer, and the counts that it carries. Throws where it is no list; see `rowsAt`. */
  readonly contentOf: (answer: Answer) => PageContent;
}

export interface PagedLists {
  /** The stream that reads a list: in full, and by its changes where it has a cursor. */
  stream(list: PagedList): Stream;
}
