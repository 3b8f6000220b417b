import { VISIBLE_AFTER } from '../records/stamps.ts';
import { laterOf } from './instants.ts';

/** A newest stamp closer than this to the beginning of the read may belong to the moments of the read itself. */
const RECENT_MS = 60 * 60_000;

/** Shorter reads are covered by the two minutes within which rows become visible. */
const SHORT_READ_MS = 10_000;

/** One complete reading of a list. Epoch milliseconds; `startedAt` and `endedAt` by the earlier clock of the answers. */
export interface CompletedRead {
  /** The newest stamp among its rows; -Infinity without one. */
  readonly newest: number;
  /** In its first attempt. */
  readonly startedAt: number;
  /** When its last rows came. */
  readonly endedAt: number;
}

/**
 * The cursor after a read: the next read asks for rows modified since then. It never moves back.
 *
 * A row may become visible up to two minutes after its stamp, and a row that changes on a page that was already read comes
 * only with the next read. So two bounds hold:
 * - two minutes before the read began, by the earlier of the server's `Date` and our clock;
 * - the clock that stamps rows may be behind both. It was at the newest stamp or later when the read ended. So where that
 *   stamp is recent, the duration of the read and two minutes are taken off it, as far as an hour before the read began.
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

function settledBefore(stamp: number, startedAt: number, endedAt: number): number {
  const duration = endedAt - startedAt;
  if (duration < SHORT_READ_MS) return stamp;
  return Math.max(stamp - duration, Math.min(stamp, startedAt - RECENT_MS));
}
