import { type JsonObject, type StreamEvent, toUtcTimestamp } from '../cdk/index.ts';
import type { Page } from './lists.ts';

/**
 * Rows become visible some time after the moment they are stamped with: transactions commit late, replicas and response
 * caches lag. Two minutes are taken to be enough for all of them.
 */
const VISIBLE_AFTER = 2 * 60_000;

const FLOAT_HOST = 'api.float.com';

/** How far a stream was read: an instant, `YYYY-MM-DDThh:mm:ss[.fff]Z`. */
export interface ChangeState {
  readonly modified?: string;
}

/** The state of an earlier sync; undefined where it is of a form that this version did not write. */
export function parseChangeState(state: JsonObject): ChangeState | undefined {
  const { modified } = state;
  if (typeof modified !== 'string') return undefined;
  const timestamp = toUtcTimestamp(modified);
  return timestamp === undefined ? undefined : { modified: timestamp };
}

/** An instant as `modified_since` takes it, cut to the second: the parameter is inclusive, so cutting repeats rows and loses none. */
export function modifiedSince(timestamp: string, baseUrl: string): string {
  const seconds = `${timestamp.slice(0, 19)}Z`;
  // Float documents only `YYYY-MM-DD hh:mm:ss`, in UTC; the neutral contract takes ISO 8601.
  return new URL(baseUrl).hostname === FLOAT_HOST ? seconds.slice(0, 19).replace('T', ' ') : seconds;
}

/**
 * The rows of a read, then the state from which the next one asks:
 *
 *     since                      newest row     began − 2 min      began
 *       [── rows of this read ───────┼───────────────|───────────────|──▶ time
 *                                    └ next since: the earlier of the two, never before `since`
 *
 * `began` is the server's time at the first page. Rows stamped within the last two minutes may still have neighbours
 * that are not visible yet, so they are asked for again next time.
 */
export async function* trackChanges(
  pages: AsyncIterable<Page>,
  since: string | undefined,
): AsyncGenerator<StreamEvent> {
  let newest = Number.NEGATIVE_INFINITY;
  let bound: number | undefined;
  for await (const { rows, serverTime } of pages) {
    bound ??= serverTime - VISIBLE_AFTER;
    newest = Math.max(newest, newestOf(rows));
    yield { rows };
  }
  const seen = Math.min(newest, bound ?? Number.NEGATIVE_INFINITY);
  yield { state: toState(since, seen) };
}

function toState(since: string | undefined, seen: number): JsonObject {
  const before = since === undefined ? Number.NEGATIVE_INFINITY : Date.parse(since);
  if (seen > before) return { modified: new Date(seen).toISOString() };
  return since === undefined ? {} : { modified: since };
}

/** Epoch milliseconds of the newest row. Old rows may lack `modified`; then they were not changed since `created`. */
function newestOf(rows: readonly JsonObject[]): number {
  let newest = Number.NEGATIVE_INFINITY;
  for (const { modified, created } of rows) {
    const time = timeOf(modified) ?? timeOf(created);
    if (time !== undefined && time > newest) newest = time;
  }
  return newest;
}

function timeOf(value: unknown): number | undefined {
  const timestamp = typeof value === 'string' ? toUtcTimestamp(value) : undefined;
  return timestamp === undefined ? undefined : Date.parse(timestamp);
}
