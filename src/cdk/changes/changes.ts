import { type DeleteLog, type Deletions, KEPT } from '../../float/delete-log.ts';
import type { Part } from '../lists/page-walk.ts';
import type { JsonObject } from '../protocol/json.ts';
import type { LogLevel } from '../protocol/messages.ts';
import type { StreamEvent } from '../protocol/source.ts';
import { type ChangeState, formatChangeState, parseChangeState, type Reading } from './change-state.ts';
import { VISIBLE_AFTER } from './stamps.ts';

const FLOAT_HOST = 'api.float.com';

/** Pages between two checkpoints: what a killed read does again costs no more requests. */
const PAGES_PER_CHECKPOINT = 5;

/** Rows of deletions handed over at once. */
const TOMBSTONES_PER_PAGE = 1_000;

/** An instant as `modified_since` takes it, cut to the second: the parameter is inclusive, so cutting repeats rows and loses none. */
export function modifiedSince(timestamp: string, baseUrl: string): string {
  const seconds = `${timestamp.slice(0, 19)}Z`;
  // Float documents only `YYYY-MM-DD hh:mm:ss`, in UTC; the neutral contract takes ISO 8601.
  return new URL(baseUrl).hostname === FLOAT_HOST ? seconds.slice(0, 19).replace('T', ' ') : seconds;
}

/** What reading changes needs of the outside. */
export interface ChangeReader {
  readonly name: string;
  readonly nativeKey: string;
  readonly log: (level: LogLevel, sentence: string) => void;
  /** Parts of the list of rows modified since an instant, of all rows without one. */
  readonly walk: (since: string | undefined, reading: Reading | undefined) => AsyncIterable<Part>;
  /** Absent where the API keeps no log; resolves to undefined where the server does not offer it. */
  readonly readDeleteLog?: (() => Promise<DeleteLog | undefined>) | undefined;
}

/**
 * Reads what changed in a stream since its state: rows, then deletions, then the state from which the next read asks.
 *
 *     modified                    newest row     began − 2 min      began
 *       [── rows of this read ───────┼───────────────|───────────────|──▶ server's time
 *       [── deletions of this read ──────────────────────────────────]
 *                                    └ next modified └ next deletions
 *
 * Both begin anew no later than two minutes before this read began, since rows and entries of the log may be stamped then
 * and not be visible yet. So rows and tombstones are repeated, and nothing is missed. Why that is safe:
 *
 * - The log is read before the rows. A row that the list still shows is never removed in the same read: either it lives
 *   again, or it is stale, and then its deletion is less than two minutes old and is met again by the next read.
 * - A row deleted after the log was read stands in the log of the next read.
 * - Tombstones come after all rows, so no row of this read can revive what one of them removes.
 * - A row that lives again after its deletion was modified after it, and `modified` is never later than `deletions`:
 *   as long as the deletion is met again, so is the row, in the same read.
 * - Deletions older than the log's 72 hours are gone; the user is told when the gap is longer.
 *
 * A read that did not end leaves its beginning in the state. The next one goes on from where it stood, and ends with the
 * cursor and position of that beginning, since the early pages were read then; what changed meanwhile is read at once.
 */
export async function* readChanges(
  reader: ChangeReader,
  known: ChangeState,
  startDate: string | undefined,
): AsyncGenerator<StreamEvent> {
  const since = known.modified ?? startDate;
  const earlier = known.reading?.since === since ? known.reading : undefined;
  const position = known.deletions ?? known.modified;
  const log = position === undefined ? undefined : await readDeletionsSince(position, reader);
  const deletions: Deletions = log?.deletions ?? new Map();

  let began = toTime(earlier?.began) ?? log?.clocks.earlier;
  let newest = toTime(earlier?.newest) ?? Number.NEGATIVE_INFINITY;
  const inBetween = (reading: Partial<Reading>): StreamEvent => ({
    state: formatChangeState({
      modified: known.modified,
      deletions: known.deletions ?? (reader.readDeleteLog && toTimestamp((began ?? 0) - VISIBLE_AFTER)),
      reading: { began: toTimestamp(began ?? 0), since, newest: latest(undefined, newest), ...reading },
    }),
  });

  let pages = 0;
  for await (const part of reader.walk(since, earlier)) {
    const { rows, newest: stamp, clocks, position: mark } = part;
    began ??= clocks.earlier;
    if (pages === 0) {
      yield* estimate(part);
      if (known.modified === undefined && earlier === undefined) yield inBetween({});
    }
    pages += 1;
    newest = Math.max(newest, stamp);
    if (deletions.size > 0) for (const row of rows) deletions.delete(String(row.id ?? row[reader.nativeKey]));
    yield { rows };
    if (mark !== undefined && pages % PAGES_PER_CHECKPOINT === 0) yield inBetween({ mark });
  }
  yield* tombstones(reader, deletions);

  const bound = (began ?? 0) - VISIBLE_AFTER;
  const isFollowed = reader.readDeleteLog !== undefined && (log !== undefined || position === undefined);
  const ended: ChangeState = {
    modified: latest(known.modified, Math.min(newest, bound)),
    deletions: isFollowed ? latest(known.deletions, bound) : known.deletions,
  };
  yield { state: formatChangeState(ended) };
  if (earlier !== undefined) yield* readChanges(reader, ended, startDate);
}

/** A full refresh of a stream whose list can be resumed. Its state means something only until it is complete. */
export async function* readWhole(reader: ChangeReader, known: ChangeState): AsyncGenerator<StreamEvent> {
  const earlier = known.reading?.since === undefined ? known.reading : undefined;
  let began = toTime(earlier?.began);
  let pages = 0;
  for await (const part of reader.walk(undefined, earlier)) {
    const { rows, clocks, position: mark } = part;
    began ??= clocks.earlier;
    if (pages === 0) yield* estimate(part);
    pages += 1;
    yield { rows };
    if (mark !== undefined && pages % PAGES_PER_CHECKPOINT === 0) {
      yield { state: formatChangeState({ reading: { began: toTimestamp(began), mark } }) };
    }
  }
}

/** A full refresh of a list that cannot be resumed. */
export async function* readList({ walk }: ChangeReader): AsyncGenerator<StreamEvent> {
  let isFirst = true;
  for await (const part of walk(undefined, undefined)) {
    if (isFirst) yield* estimate(part);
    isFirst = false;
    yield { rows: part.rows };
  }
}

/** How many rows are to come, where the first part tells of more than itself. */
function* estimate({ totalCount, rows }: Part): Generator<StreamEvent> {
  if (totalCount !== undefined && totalCount > rows.length) yield { estimate: totalCount };
}

/** The state that a stream has, empty where it has none or one that is of no use. */
export function knownState(stored: JsonObject | undefined, { name, log }: ChangeReader): ChangeState {
  const known = stored === undefined ? {} : parseChangeState(stored);
  if (known === undefined) {
    log('WARN', `${name}: its state is of a form that this version does not know; the stream is read from its start.`);
  }
  return known ?? {};
}

async function readDeletionsSince(
  position: string,
  { name, log, readDeleteLog }: ChangeReader,
): Promise<DeleteLog | undefined> {
  if (readDeleteLog === undefined) return undefined;
  const deleteLog = await readDeleteLog();
  if (deleteLog === undefined) {
    log('WARN', `${name}: this server offers no Delete Log, so deletions are not followed.`);
    return undefined;
  }
  const since = Date.parse(position);
  if (deleteLog.clocks.earlier - since > KEPT) {
    log(
      'WARN',
      `${name}: the last sync was more than 72 hours ago, and Float keeps deletions no longer: some may have been missed. A refresh of the stream settles it.`,
    );
  }
  const deletions = new Map([...deleteLog.deletions].filter(([, { time }]) => time >= since));
  return { ...deleteLog, deletions };
}

function* tombstones({ nativeKey }: ChangeReader, deletions: Deletions): Generator<StreamEvent> {
  const rows = [...deletions.values()].map(({ key, time }): JsonObject => {
    const deletedAt = toTimestamp(time);
    return { id: key, [nativeKey]: key, modified: deletedAt, _ab_cdc_deleted_at: deletedAt };
  });
  for (let index = 0; index < rows.length; index += TOMBSTONES_PER_PAGE) {
    yield { rows: rows.slice(index, index + TOMBSTONES_PER_PAGE) };
  }
}

function toTime(timestamp: string | undefined): number | undefined {
  return timestamp === undefined ? undefined : Date.parse(timestamp);
}

function toTimestamp(time: number): string {
  return new Date(time).toISOString();
}

/** The later of two instants; undefined where there is none. */
function latest(timestamp: string | undefined, time: number): string | undefined {
  if (time === Number.NEGATIVE_INFINITY) return timestamp;
  return time > (toTime(timestamp) ?? Number.NEGATIVE_INFINITY) ? toTimestamp(time) : timestamp;
}
