import type { Clocks } from '../http/clocks.ts';
import type { JsonObject } from '../protocol/json.ts';
import type { ChangeState } from './change-state.ts';
import type { Deletion } from './delete-log.ts';

/** Rows that are about to leave, and their newest stamp. */
export interface Batch {
  readonly rows: JsonObject[];
  /** Epoch milliseconds, -Infinity where none has a stamp. */
  readonly newest: number;
  readonly clocks: Clocks;
}

/** What was found after the rows. */
export interface Settlement {
  /** Rows of single requests: they exist, though the list did not show them. */
  readonly livingRows: JsonObject[];
  /** Rows that are gone. */
  readonly deleted: readonly Deletion[];
  /** Whether it turned out that the list had not shown all rows: then the cursor must not move. */
  readonly mayMissRows: boolean;
}

/** Members that a follower does not write stay as they were. */
export type DeletionState = Omit<ChangeState, 'modified' | 'newestRow' | 'readInProgress'>;

/** What the reading of the rows is worth for a decision on rows that did not come. */
export interface Reading {
  /** The instant since which rows were asked for. */
  readonly since: string | undefined;
  /** That a row did not come does not mean that it is gone. */
  readonly mayMissRows: boolean;
  readonly rows: number;
  /** Whether as many rows came as the server's count promised. */
  readonly isAsCounted: boolean;
}

/** Follows the deletions of one stream during one read. The steps come in the order of the members. */
export interface DeletionFollower {
  /** Before the rows. Resolves to the clocks of its first answer, undefined if there is none. */
  begin(): Promise<Clocks | undefined>;
  /** The instant (epoch milliseconds) since which rows must be asked for before a tombstone may leave. */
  readonly rowsNeededSince: number | undefined;
  /** The state until the end of the read. `startedAt`: epoch milliseconds, when the read began. */
  stateDuring(startedAt: number): DeletionState;
  /** Rows that are about to leave. Returns whether a STATE must leave before them. */
  meet(batch: Batch): boolean;
  /** After the last pass: rows that are delivered once more before deletions are settled. A batch may be empty. */
  deliverAgain(startedAt: number, mayMissRows: boolean): AsyncIterable<Batch>;
  /** After all rows. */
  settle(reading: Reading): Promise<Settlement>;
  /** The state once the tombstones have left. */
  stateAfter(startedAt: number, mayMissRows: boolean): DeletionState;
}

/** For streams whose deletions nobody can follow, or nobody wants to know. */
export const NOT_FOLLOWED: DeletionFollower = {
  begin: async () => undefined,
  rowsNeededSince: undefined,
  stateDuring: () => ({}),
  meet: () => false,
  deliverAgain: async function* () {},
  settle: async () => ({ livingRows: [], deleted: [], mayMissRows: false }),
  stateAfter: () => ({}),
};
