import type { Clocks } from '../http/clocks.ts';
import type { Key } from '../lists/keys.ts';
import type { Part } from '../lists/page-walk.ts';
import type { JsonObject } from '../protocol/json.ts';
import type { SingleRow } from './delete-log.ts';

/** What one answer of a list says of the whole list. */
export interface ListAnswer {
  /** Undefined where the server does not tell, or refuses to. */
  readonly totalCount: number | undefined;
  readonly clocks: Clocks;
}

/** What comparing keys needs of a list. */
export interface KeySource {
  /** Undefined for a row without a usable key. */
  readonly keyOf: (row: JsonObject) => Key | undefined;
  /** How many rows the whole list has, from one small request. Undefined where the server refuses that request. */
  readonly count: () => Promise<ListAnswer | undefined>;
  /**
   * The whole list from the first page, with overlaps, past the end whatever the counts say. `onAnswer` is called with each
   * answer. Throws UnsettledList where the answers do not show which rows the list has.
   */
  readonly readWhole: (onAnswer: (answer: ListAnswer) => void) => AsyncIterable<Part>;
  readonly getRow: (key: number) => Promise<SingleRow>;
}
