import type { Part } from '../lists/page-walk.ts';
import type { ListPosition } from '../lists/position.ts';
import type { StreamEvent } from '../protocol/source.ts';
import { type ChangeState, formatChangeState, type ReadInProgress } from './change-state.ts';
import type { CompletedRead } from './cursor.ts';
import type { DeletionFollower } from './deletion-follower.ts';
import { laterOf, toTime, toTimestamp, toTimestampOrNone } from './instants.ts';

/** One walk over a list: what to request, and the state of an interrupted attempt. */
export interface Pass {
  readonly since: string | undefined;
  /** Epoch milliseconds; undefined: the clocks of the first page determine it. */
  readonly startedAt: number | undefined;
  readonly interrupted: ReadInProgress | undefined;
}

export interface CompletedPass extends CompletedRead {
  readonly mayMissRows: boolean;
  readonly rows: number;
  /**
   * Whether the number of rows equals the Total-Count of the first page, and the Page-Count of that page does not contradict
   * it.
   */
  readonly isAsCounted: boolean;
}

/** The progress of one walk, and the states that it emits. All times are epoch milliseconds. */
export class PassProgress {
  startedAt: number | undefined;
  position: ListPosition | undefined;
  mayMissRows = false;
  /** The newest stamp read, including rows that are not yet emitted. */
  newestRow: number;
  /**
   * Even if the process is killed now, the next attempt's tombstones are not stamped earlier than this. A row with a later
   * stamp is emitted only after a STATE that contains this stamp.
   */
  coveredUntil: number;
  private readonly follower: DeletionFollower;
  private readonly known: ChangeState;
  private readonly since: string | undefined;
  private readonly now: () => number;
  /** Our own clock before the first request. */
  private readonly openedAt: number;
  /** Time of the first part, by the earlier clock. */
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

  /** Records a part before it is emitted. */
  meet({ clocks, newest, mayMissRows, agreedTotal }: Part): void {
    if (this.firstPartAt === undefined) this.promisedRows = agreedTotal;
    this.startedAt ??= clocks.earlier;
    this.coveredUntil = Math.max(this.coveredUntil, this.startedAt);
    this.firstPartAt ??= Math.max(clocks.earlier, this.startedAt);
    // `clocks.earlier` is not later than the time at which the request was sent. The response may have come a minute
    // later, so the time that passed by our own clock counts too.
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
