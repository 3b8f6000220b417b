import type { Clocks } from '../http/clocks.ts';
import type { JsonObject } from '../protocol/json.ts';
import type { ChangeState } from './change-state.ts';
import type { Deletion } from './delete-log.ts';

/** Rows that are emitted next, and their newest stamp. */
export interface Batch {
  readonly rows: JsonObject[];
  /** Epoch milliseconds; -Infinity if no row has a stamp. */
  readonly newest: number;
  readonly clocks: Clocks;
}

/** What a follower decided about deletions after all rows were read. */
export interface Settlement {
  /** Rows that exist although the list did not contain them. They come from requests for single rows or a second reading. */
  readonly livingRows: JsonObject[];
  /** Rows that no longer exist. */
  readonly deleted: readonly Deletion[];
  /** Whether rows are missing from the reading of the list. If so, the cursor must not move. */
  readonly mayMissRows: boolean;
}

/** The part of the state that a follower writes. Members that it omits keep their previous values. */
export type DeletionState = Omit<ChangeState, 'modified' | 'newestRow' | 'readInProgress'>;

/** How completely the rows were read. Decisions about rows that did not come depend on this. */
export interface Reading {
  /** Rows modified at or after this instant were requested; all rows if undefined. */
  readonly since: string | undefined;
  /** Whether a row that did not come may still exist. */
  readonly mayMissRows: boolean;
  readonly rows: number;
  /** Whether the number of rows equals the server's count. */
  readonly isAsCounted: boolean;
}

/** Follows the deletions of one stream during one read. Methods are called in the order of the members. */
export interface DeletionFollower {
  /** Called before the rows. Resolves to the clocks of the first response; undefined if the follower sends no request. */
  begin(): Promise<Clocks | undefined>;
  /** Before a tombstone is emitted, all rows modified at or after this instant (epoch milliseconds) must be requested. */
  readonly rowsNeededSince: number | undefined;
  /** The state during the read. `startedAt`: epoch milliseconds, start of the read. */
  stateDuring(startedAt: number): DeletionState;
  /** Called with rows before they are emitted. Returns whether a STATE must be emitted before them. */
  meet(batch: Batch): boolean;
  /** After the last pass: rows to emit again before deletions are decided. A batch may be empty. */
  deliverAgain(startedAt: number, mayMissRows: boolean): AsyncIterable<Batch>;
  /** After all rows: decides which rows were deleted. */
  settle(reading: Reading): Promise<Settlement>;
  /** The state after the tombstones. */
  stateAfter(startedAt: number, mayMissRows: boolean): DeletionState;
}

/** For streams whose deletions cannot be followed, or whose user did not select DELETED_AT. */
export const NOT_FOLLOWED: DeletionFollower = {
  begin: async () => undefined,
  rowsNeededSince: undefined,
  stateDuring: () => ({}),
  meet: () => false,
  deliverAgain: async function* () {},
  settle: async () => ({ livingRows: [], deleted: [], mayMissRows: false }),
  stateAfter: () => ({}),
};
