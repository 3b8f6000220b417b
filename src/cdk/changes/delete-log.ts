import type { Clocks } from '../http/clocks.ts';
import type { JsonObject } from '../protocol/json.ts';

/** One entry of an API's log of deleted rows. `time`: epoch milliseconds, by the clock that stamps deletions. */
export interface Deletion {
  readonly key: number | string;
  readonly time: number;
}

/** What one reading of the log found. */
export interface DeleteLog {
  /** Each (key, time) once. */
  readonly deletions: readonly Deletion[];
  /** Of the first answer. */
  readonly clocks: Clocks;
  /** Why the reading stopped before the end of the log; undefined if it reached the end. */
  readonly stoppedBecause: string | undefined;
}

/** What a request for a single row answered; `unknown`: the server does not say whether the row exists. */
export type SingleRow = { readonly row: JsonObject } | 'gone' | 'unknown';

export interface DeleteLogSource {
  /** How long the API keeps an entry. */
  readonly retentionMs: number;
  /** Resolves to undefined where the server does not offer the log. */
  readonly read: () => Promise<DeleteLog | undefined>;
  readonly getRow: (key: number | string) => Promise<SingleRow>;
}

/** Tells entries apart: a key may be deleted, restored and deleted again. */
export function deletionId({ key, time }: Deletion): string {
  return `${time} ${key}`;
}
