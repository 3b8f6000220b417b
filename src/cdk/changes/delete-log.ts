import type { Clocks } from '../http/clocks.ts';
import type { JsonObject } from '../protocol/json.ts';

/** One entry of an API's log of deleted rows. `time`: epoch milliseconds, by the clock that stamps deletions. */
export interface Deletion {
  readonly key: number | string;
  readonly time: number;
}

/** The result of reading the log once. */
export interface DeleteLog {
  /** Without duplicates of (key, time). */
  readonly deletions: readonly Deletion[];
  /** The clocks of the first response. */
  readonly clocks: Clocks;
  /** Why reading stopped before the end of the log, as the end of a sentence; undefined if it reached the end. */
  readonly stoppedBecause: string | undefined;
}

/** The response to a request for a single row. `unknown`: the response does not show whether the row exists. */
export type SingleRow = { readonly row: JsonObject } | 'gone' | 'unknown';

/** Maximum number of single rows that one sync requests from a list. */
export const SINGLE_ROWS_LIMIT = 100;

export interface DeleteLogSource {
  /** How long the API keeps an entry. */
  readonly retentionMs: number;
  /** Resolves to undefined if the server does not offer the log. */
  readonly read: () => Promise<DeleteLog | undefined>;
  readonly getRow: (key: number | string) => Promise<SingleRow>;
}

/** Identifies an entry. It includes the time, because a key may be deleted, restored and deleted again. */
export function deletionId({ key, time }: Deletion): string {
  return `${time} ${key}`;
}
