import { counted } from '../protocol/counted.ts';
import { VISIBLE_AFTER } from '../records/stamps.ts';
import { CLOCK_TOLERANCE_MS } from './clock-difference.ts';
import { SINGLE_ROWS_LIMIT } from './delete-log.ts';
import { toTime, toTimestamp } from './instants.ts';
import type { ListAnswer } from './key-source.ts';
import type { KeyState } from './key-state.ts';

/** A comparison is due again after this time. */
const COMPARED_FOR_MS = 7 * 24 * 3_600_000;

/** How long a postponed comparison waits. */
const RETRY_AFTER_MS = 3_600_000;

/** After this many comparisons in a row that found nothing, a changed count no longer starts a comparison. */
const FRUITLESS_LIMIT = 2;

/** On a server without single rows, up to this many missing rows are removed from a list of any length. */
const FEW_ROWS = 5;

/** Why a comparison is due, as a clause after “because”; undefined if none is due. `keys`: number of known keys. */
export function reasonToCompare(state: KeyState, keys: number, { totalCount, clocks }: ListAnswer): string | undefined {
  const comparedAt = toTime(state.comparedAt);
  if (state.comparing) return 'the last comparison is not complete';
  if (comparedAt === undefined) return 'the keys have never been compared';
  if (comparedAt > clocks.later + CLOCK_TOLERANCE_MS) return 'the time of the last comparison is in the future';
  if (clocks.earlier - comparedAt > COMPARED_FOR_MS) return 'the last comparison is more than seven days old';
  if (totalCount === undefined || (state.fruitlessComparisons ?? 0) >= FRUITLESS_LIMIT) return undefined;
  if (totalCount - keys === state.countOffset) return undefined;
  return `the list has ${counted(totalCount, 'row')}, but ${keys + (state.countOffset ?? 0)} were expected`;
}

/** Whether a comparison that is due is postponed. `now`: epoch milliseconds. */
export function mustWait({ comparing, nextComparisonAt }: KeyState, now: number): boolean {
  const wait = (toTime(nextComparisonAt) ?? now) - now;
  return comparing === true && wait > 0 && wait <= RETRY_AFTER_MS + CLOCK_TOLERANCE_MS;
}

/**
 * The missing keys whose rows this sync requests: first those after `lastKeyAsked` in ascending order, then those up to it.
 * `isRoundComplete`: whether these include every missing key after `lastKeyAsked`.
 */
export function keysToAsk(
  missing: readonly number[],
  lastKeyAsked: number | undefined,
): { keys: number[]; isRoundComplete: boolean } {
  const last = lastKeyAsked ?? Number.NEGATIVE_INFINITY;
  const rising = missing.toSorted((a, b) => a - b);
  const after = rising.filter((key) => key > last);
  const keys = [...after, ...rising.filter((key) => key <= last)].slice(0, SINGLE_ROWS_LIMIT);
  return { keys, isRoundComplete: after.length <= SINGLE_ROWS_LIMIT };
}

/**
 * Two keys that the list contains, to test whether the server answers requests for single rows: the smallest and the middle one,
 * because old rows are on every replica.
 */
export function keysToTry(read: Iterable<number>): number[] {
  const rising = [...read].sort((a, b) => a - b);
  return [...new Set([rising.at(0), rising.at(rising.length >> 1)])].filter((key) => key !== undefined);
}

/** Numbers of keys, and details of the reading that lacks some of them. */
interface Reading {
  readonly known: number;
  readonly read: number;
  readonly missing: number;
  /** The largest Total-Count of the reading. */
  readonly promised: number;
  /** Whether this sync emitted a row that the reading lacks. */
  readonly hasStrays: boolean;
}

/**
 * Whether missing rows may be removed on a server without single rows. False if the list lacks many rows, or a row that this
 * sync read as changed, because such a list may be incomplete.
 */
export function mayRemoveUnasked({ known, read, missing, promised, hasStrays }: Reading): boolean {
  return read > 0 && read >= promised && !hasStrays && (missing <= FEW_ROWS || missing * 10 <= known);
}

/** Whether keys first read at `metAt` (epoch milliseconds) are young: a lagging replica may not have their rows yet. */
export function areYoung(metAt: number | undefined, { earlier, later }: ListAnswer['clocks']): boolean {
  return metAt !== undefined && earlier - metAt < VISIBLE_AFTER && metAt <= later + CLOCK_TOLERANCE_MS;
}

/** The result of a comparison. */
export interface Findings {
  /** Epoch milliseconds, by the earlier clock. */
  readonly time: number;
  /** Total-Count of the request before the comparison. */
  readonly countBefore: number | undefined;
  /** All values of Total-Count on the comparison's own pages. */
  readonly totals: ReadonlySet<number>;
  /** Whether the list was read completely. */
  readonly isWhole: boolean;
  /** Number of distinct keys in the list. */
  readonly rowsRead: number;
  /** Number of known keys after the removal of deleted ones. */
  readonly keys: number;
  readonly missing: number;
  /** Number of missing rows that no longer exist. */
  readonly gone: number;
  /** Number of rows in the comparison whose keys were not known. */
  readonly unknown: number;
  /** Whether this sync emitted a row that the comparison did not read. The row may have been deleted before the comparison. */
  readonly hasStrays: boolean;
  readonly settlement: Settled;
}

/** What the requests for missing rows showed. */
export interface Settled {
  /** Whether each missing row is known to exist or to be deleted, or further requests would not show it. */
  readonly isDecided: boolean;
  /** Whether the next comparison waits for an hour (RETRY_AFTER_MS). */
  readonly isPostponed: boolean;
  readonly lastKeyAsked: number | undefined;
  readonly offersSingleRows: boolean | undefined;
}

/** The state after a comparison. */
export function conclude(before: KeyState, found: Findings): KeyState {
  const { time, totals, countBefore, isWhole, rowsRead, keys } = found;
  const { isDecided, isPostponed, lastKeyAsked, offersSingleRows } = found.settlement;
  // Some servers send no counts with an empty list.
  const [total = rowsRead === 0 ? 0 : undefined] = totals;
  const isSteady = totals.size <= 1;
  const addsUp = isWhole && isSteady && total === rowsRead && countBefore === rowsRead && !found.hasStrays;
  // If more rows came than Total-Count says, one row was deleted after it was read, and another was inserted.
  const hasTooManyRows = total !== undefined && rowsRead > total;
  const isSettled = isWhole && isSteady && !hasTooManyRows && !found.hasStrays && isDecided;
  // Some lists never contain rows that requests for single rows or for changes return. Without this rule, such a list would be
  // compared in each sync.
  const isInVain = !isSettled && isWhole && isDecided && found.gone === 0;
  const foundNothing = found.unknown === 0 && (found.missing === 0 || isInVain);
  const fruitless = fruitlessAfter(before.fruitlessComparisons ?? 0, { addsUp, foundNothing, isDecided });
  const fruitlessComparisons = fruitless === 0 ? undefined : fruitless;
  if (isSettled || (foundNothing && fruitless >= FRUITLESS_LIMIT)) {
    const countOffset = total === undefined ? undefined : total - keys;
    return { comparedAt: toTimestamp(time), countOffset, fruitlessComparisons, offersSingleRows };
  }
  return {
    comparing: true,
    comparedAt: before.comparedAt,
    countOffset: before.countOffset,
    nextComparisonAt: isPostponed ? toTimestamp(time + RETRY_AFTER_MS) : undefined,
    lastKeyAsked,
    fruitlessComparisons,
    offersSingleRows,
  };
}

/**
 * The number of fruitless comparisons. Once it has reached the limit, it stays there until the number of rows equals the
 * counts.
 */
function fruitlessAfter(
  before: number,
  { addsUp, foundNothing, isDecided }: { addsUp: boolean; foundNothing: boolean; isDecided: boolean },
): number {
  if (addsUp) return 0;
  if (before >= FRUITLESS_LIMIT) return before;
  if (foundNothing) return before + 1;
  // If more than a hundred rows are missing, each comparison requests the next hundred. Such a comparison is not fruitless.
  return isDecided ? 0 : before;
}
