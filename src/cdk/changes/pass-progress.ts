import type { Part } from '../lists/page-walk.ts';
import type { ListPosition } from '../lists/position.ts';
import type { StreamEvent } from '../protocol/source.ts';
import { type ChangeState, formatChangeState, type ReadInProgress } from './change-state.ts';
import type { CompletedRead } from './cursor.ts';
import type { DeletionFollower } from './deletion-follower.ts';
import { laterOf, toTime, toTimestamp, toTimestampOrNone } from './instants.ts';

/** One walk over a list: what to ask for, and what earlier attempts did of it. */
export interface Pass {
  readonly since: string | undefined;
  /** Epoch milliseconds; undefined where the first page tells it. */
  readonly startedAt: number | undefined;
  readonly interrupted: ReadInProgress | undefined;
}

export interface CompletedPass extends CompletedRead {
  readonly mayMissRows: boolean;
  readonly rows: number;
  /** Whether as many rows came as the first page's count promised. */
  readonly isAsCounted: boolean;
}

/** How far one walk came, and the states that it writes on its way. Epoch milliseconds. */
export class PassProgress {
  startedAt: number | undefined;
  position: ListPosition | undefined;
  mayMissRows = false;
  /** The newest stamp met, also of rows that did not leave yet. */
  newestRow: number;
  /**
   * A later attempt stamps its tombstones no earlier than this, even if the process is killed now. Rows with later stamps
   * may leave only after a STATE that names their stamp.
   */
  coveredUntil: number;
  private readonly follower: DeletionFollower;
  private readonly known: ChangeState;
  private readonly since: string | undefined;
  private readonly now: () => number;
  /** By our own clock, before the first request. */
  private readonly openedAt: number;
  /** The first part, by the earlier clock. */
  private firstPartAt: number | undefined;
  private endedAt = Number.NEGATIVE_INFINITY;
  private newestDelivered: number;
  private rowsDelivered = 0;
  private promisedRows: number | undefined;

  constructor(
    now: () => number,
    follower: DeletionFollower,
    known: ChangeState,
    { since, startedAt, interrupted }: Pass,
  ) {
    this.now = now;
    this.openedAt = now();
    this.follower = follower;
    this.known = known;
    this.since = since;
    this.startedAt = startedAt;
    this.position = interrupted?.position;
    this.newestDelivered = toTime(interrupted?.newestRow) ?? Number.NEGATIVE_INFINITY;
    this.newestRow = toTime(known.newestRow) ?? Number.NEGATIVE_INFINITY;
    this.coveredUntil = Math.max(this.newestRow, startedAt ?? Number.NEGATIVE_INFINITY);
  }

  /** A part that is about to leave. */
  meet({ clocks, newest, mayMissRows, totalCount }: Part): void {
    if (this.firstPartAt === undefined) this.promisedRows = totalCount;
    this.startedAt ??= clocks.earlier;
    this.coveredUntil = Math.max(this.coveredUntil, this.startedAt);
    this.firstPartAt ??= Math.max(clocks.earlier, this.startedAt);
    // The clocks of an answer tell when it was asked for at the latest; it may have come a minute later.
    this.endedAt = Math.max(this.endedAt, clocks.earlier, this.firstPartAt + this.now() - this.openedAt);
    this.newestRow = Math.max(this.newestRow, newest);
    this.mayMissRows ||= mayMissRows;
  }

  delivered({ newest, rows }: Part): void {
    this.rowsDelivered += rows.length;
    this.newestDelivered = Math.max(this.newestDelivered, newest);
  }

  state(): StreamEvent {
    const startedAt = this.startedAt ?? 0;
    this.coveredUntil = Math.max(this.coveredUntil, this.newestRow);
    return {
      state: formatChangeState({
        ...this.known,
        ...this.follower.stateDuring(startedAt),
        newestRow: laterOf(this.known.newestRow, this.newestRow),
        readInProgress: {
          startedAt: toTimestamp(startedAt),
          since: this.since,
          newestRow: toTimestampOrNone(this.newestDelivered),
          position: this.position,
        },
      }),
    };
  }

  completed(): CompletedPass {
    const startedAt = this.startedAt ?? this.now();
    const isAsCounted = this.rowsDelivered === this.promisedRows;
    return {
      startedAt,
      endedAt: this.endedAt,
      newest: this.newestDelivered,
      mayMissRows: this.mayMissRows,
      rows: this.rowsDelivered,
      isAsCounted,
    };
  }
}
