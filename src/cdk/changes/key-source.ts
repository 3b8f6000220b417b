import type { Clocks } from '../http/clocks.ts';
import type { Part } from '../lists/page-walk.ts';
import type { SingleRow } from './delete-log.ts';

/** What one response says about the whole list. */
export interface ListAnswer {
  /** Undefined if the server does not send it. */
  readonly totalCount: number | undefined;
  readonly clocks: Clocks;
}

/** What a key comparison needs from a list. */
export interface KeySource {
  /** Number of rows in the whole list, from one small request. Undefined if the server refuses that request. */
  readonly count: () => Promise<ListAnswer | undefined>;
  /**
   * Reads the whole list from page 1 and ignores its counts. If rows may have moved, it requests overlapping windows or reads the
   * list again. Calls `onAnswer` for each response. Throws UnsettledList if the responses do not show which rows the list contains.
   */
  readonly readWhole: (onAnswer: (answer: ListAnswer) => void) => AsyncIterable<Part>;
  readonly getRow: (key: number) => Promise<SingleRow>;
}
