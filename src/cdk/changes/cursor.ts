import { VISIBLE_AFTER } from '../records/stamps.ts';
import { laterOf } from './instants.ts';

/**
 * The newest stamp is recent if it is less than this time before the start of the read, or after it. The clock that stamps rows
 * may be behind by this much, so the row with a recent stamp may have changed during the read.
 */
const RECENT_MS = 60 * 60_000;

/** The duration of a shorter read is not subtracted: the two minutes of VISIBLE_AFTER are enough. */
const SHORT_READ_MS = 10_000;

/** One complete reading of a list. Epoch milliseconds; `startedAt` and `endedAt` by the earlier clock of the responses. */
export interface CompletedRead {
  /** The newest stamp of the rows; -Infinity if no row has one. */
  readonly newest: number;
  /** Start of the first attempt. */
  readonly startedAt: number;
  /** When the last rows came. */
  readonly endedAt: number;
}

/**
 * The cursor after a read: the next read requests rows modified at or after it. The cursor never moves back.
 *
 * A row may become visible up to two minutes after its stamp, and a row that changes on a page that was already read comes only
 * in the next read. So the cursor has two upper bounds:
 * - two minutes before the start of the read, by the earlier of the server's `Date` and our clock;
 * - if the newest stamp is recent: that stamp minus two minutes and minus the duration of the read, but not more than an hour
 *   before the start. The clock that stamps rows may be behind both other clocks, but at the end of the read it had reached
 *   that stamp.
 */
export function nextCursor(
  known: string | undefined,
  { newest, startedAt, endedAt }: CompletedRead,
): string | undefined {
  if (newest === Number.NEGATIVE_INFINITY) return known;
  const isRecent = newest > startedAt - RECENT_MS;
  const settled = isRecent ? settledBefore(newest - VISIBLE_AFTER, startedAt, endedAt) : newest;
  return laterOf(known, Math.min(settled, startedAt - VISIBLE_AFTER));
}

/**
 * A recent stamp minus the duration of the read, but not more than an hour before the start of the read. A short read needs no
 * deduction.
 */
function settledBefore(stamp: number, startedAt: number, endedAt: number): number {
  const duration = endedAt - startedAt;
  if (duration < SHORT_READ_MS) return stamp;
  return Math.max(stamp - duration, Math.min(stamp, startedAt - RECENT_MS));
}
