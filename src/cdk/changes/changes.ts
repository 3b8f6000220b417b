import type { Resume } from '../lists/position.ts';
import type { JsonObject } from '../protocol/json.ts';
import type { StreamEvent } from '../protocol/source.ts';
import { newestStamp } from '../records/stamps.ts';
import type { ChangeReader } from './change-reader.ts';
import { type ChangeState, formatChangeState } from './change-state.ts';
import { nextCursor } from './cursor.ts';
import { type Batch, type DeletionFollower, NOT_FOLLOWED } from './deletion-follower.ts';
import { estimate, PAGES_PER_CHECKPOINT } from './full-refresh.ts';
import { earlierOf, laterOf, toTime } from './instants.ts';
import { KeyFollower } from './key-follower.ts';
import { LogFollower } from './log-follower.ts';
import { type CompletedPass, type Pass, PassProgress } from './pass-progress.ts';
import { DELETED_AT, tombstones } from './tombstones.ts';
import { usableState } from './usable-state.ts';

/** The user's settings for a stream. */
export interface Selection {
  readonly startDate: string | undefined;
  /** Names of the fields that the user selected; undefined: all fields. */
  readonly fields?: ReadonlySet<string> | undefined;
}

/**
 * Reads the changes of a stream since its state, in this order: Delete Log, rows, tombstones, state. Without a Delete Log, keys
 * are compared after the rows (KeyFollower).
 *
 *     deletionsSince       open entry      modified      newest row     began
 *     ──────┼──────────────────┼───────────────┼──────────────┼────────────┼─────▶ time
 *           [── entries of the Delete Log ────────────────────────────────────────▶
 *                                              [── rows ──────────────────────────▶
 *                        [ 1 h ][── rows, if there is an older open entry ────────▶
 *
 *     state for the next read: deletionsSince = began − 1 h
 *                              modified = newest row, minus 2 min and the duration if recent; at most began − 2 min
 *
 * A server has up to three clocks: for rows, for deletions and for the `Date` header. They may differ by an hour.
 * Why no row is skipped, and no existing row is removed:
 *
 * - nextCursor() explains why the next read requests every row that this read could not receive.
 * - A row deleted after the log was read gets an entry that is at most an hour older than `began`, so the next read finds it.
 * - The log is read before the rows. If the list contains the row of an open entry, either the row was restored, or the list is
 *   older than the log. So this read emits no tombstone for the entry; the next read decides on it.
 * - A restored row was modified after its deletion. Rows are requested from an hour before the oldest open entry, so the row
 *   comes in the read that decides on the entry.
 * - Each entry is handled once. It is marked as handled after its tombstone is emitted. If the process is killed in between,
 *   the next read handles it again.
 * - Tombstones are emitted after all rows, with a `modified` no earlier than the newest row's. After a kill, the next attempt
 *   knows only the stamps in the state. So a row with a newer stamp is emitted only after a STATE that contains its stamp.
 * - If no count proves that all rows came, the rows are read again before a tombstone is emitted.
 * - If rows may be missing, neither the cursor nor the log position moves, so the next read requests the same rows and entries.
 *   If the log was not read to its end, only the log position does not move.
 *
 * The state of a killed read contains the time when that read began. The next read first reads the rest of the list, and
 * derives a cursor from that time. Then it requests the rows that changed in the meantime. It reads the log once, before both
 * steps.
 *
 * docs/architecture.md defines the terms.
 */
export async function* readChanges(
  reader: ChangeReader,
  stored: JsonObject | undefined,
  selection: Selection,
): AsyncGenerator<StreamEvent> {
  const { startDate } = selection;
  let state = await usableState(stored, reader);
  const follower = followerOf(reader, state, selection);
  const clocks = await follower.begin();
  if (clocks !== undefined) reader.noteClocks(clocks);
  const interrupted = continuable(state, startDate);

  if (interrupted?.position !== undefined) {
    const rest: Pass = { since: interrupted.since, startedAt: toTime(interrupted.startedAt), interrupted };
    const pass = yield* readPass(reader, follower, state, rest);
    state = { ...afterPass(state, pass), ...follower.stateDuring(pass.startedAt), readInProgress: undefined };
    yield { state: formatChangeState(state) };
  }

  const startedAt = interrupted?.position === undefined ? toTime(interrupted?.startedAt) : undefined;
  const since = earlierOf(state.modified ?? startDate, follower.rowsNeededSince);
  const pass = yield* readPass(reader, follower, state, {
    since,
    startedAt: startedAt ?? clocks?.earlier,
    interrupted: undefined,
  });
  const began = clocks?.earlier ?? pass.startedAt;
  const again = new FurtherRows(follower, afterPass(state, pass), began);
  for await (const batch of follower.deliverAgain(pass.startedAt, pass.mayMissRows)) yield* again.deliver(batch);
  const { livingRows, deleted, mayMissRows } = await follower.settle({ ...pass, since });
  if (mayMissRows) again.keepCursor(state.modified);
  const newest = newestStamp(livingRows);
  yield* again.deliver({ rows: livingRows, newest, clocks: { earlier: began, later: began } });
  state = again.state;
  yield* tombstones(reader.nativeKey, deleted, Math.max(began, toTime(state.newestRow) ?? began));
  const deletions = follower.stateAfter(began, mayMissRows);
  yield { state: formatChangeState({ ...state, ...deletions, readInProgress: undefined }) };
}

/** Rows emitted after the last pass. They do not move the cursor. */
class FurtherRows {
  state: ChangeState;
  private readonly follower: DeletionFollower;
  private readonly startedAt: number;
  /** A row with a later stamp is emitted only after a STATE that contains this stamp, as in PassProgress. */
  private coveredUntil: number;

  constructor(follower: DeletionFollower, state: ChangeState, startedAt: number) {
    this.follower = follower;
    this.state = state;
    this.startedAt = startedAt;
    this.coveredUntil = Math.max(startedAt, toTime(state.newestRow) ?? startedAt);
  }

  /** Called if rows may be missing. Sets the cursor back, so that the next sync requests the same rows. */
  keepCursor(modified: string | undefined): void {
    this.state = { ...this.state, modified };
  }

  *deliver(batch: Batch): Generator<StreamEvent> {
    const { rows, newest } = batch;
    this.state = { ...this.state, newestRow: laterOf(this.state.newestRow, newest) };
    if (this.follower.meet(batch) || newest > this.coveredUntil) {
      this.coveredUntil = Math.max(this.coveredUntil, newest);
      const during = this.follower.stateDuring(this.startedAt);
      yield { state: formatChangeState({ ...this.state, ...during, readInProgress: undefined }) };
    }
    if (rows.length > 0) yield { rows };
  }
}

/** Without the field DELETED_AT, a tombstone would arrive as an ordinary row with empty fields, so none is emitted. */
function followerOf(reader: ChangeReader, known: ChangeState, { startDate, fields }: Selection): DeletionFollower {
  const { deleteLog, keys } = reader;
  const marksTombstones = fields?.has(DELETED_AT) ?? true;
  if (!marksTombstones && (deleteLog ?? keys) !== undefined) {
    reader.log(
      'WARN',
      `${reader.name}: the field ${DELETED_AT} is not selected, so deleted rows stay in the destination. To remove them, refresh the source schema of the connection and select this field.`,
    );
  }
  if (deleteLog !== undefined) return marksTombstones ? new LogFollower(reader, deleteLog, known) : NOT_FOLLOWED;
  if (keys === undefined) return NOT_FOLLOWED;
  return new KeyFollower(reader, keys, known, { startDate, tombstones: marksTombstones });
}

/** The interrupted read, if it requests all rows that this read needs. */
function continuable({ modified, readInProgress }: ChangeState, startDate: string | undefined) {
  if (readInProgress?.since === undefined) return readInProgress;
  const needed = toTime(modified ?? startDate) ?? Number.NEGATIVE_INFINITY;
  return Date.parse(readInProgress.since) <= needed ? readInProgress : undefined;
}

function afterPass(state: ChangeState, pass: CompletedPass): ChangeState {
  return {
    ...state,
    modified: pass.mayMissRows ? state.modified : nextCursor(state.modified, pass),
    newestRow: laterOf(state.newestRow, pass.newest),
  };
}

async function* readPass(
  reader: ChangeReader,
  follower: DeletionFollower,
  state: ChangeState,
  pass: Pass,
): AsyncGenerator<StreamEvent, CompletedPass> {
  const progress = new PassProgress(reader.now, follower, state, pass);
  const isFirstAttempt = state.modified === undefined && state.readInProgress === undefined;
  let pages = 0;
  for await (const part of reader.walk(pass.since, resumeOf(pass))) {
    const { rows, clocks, position } = part;
    if (progress.startedAt === undefined) reader.noteClocks(clocks);
    progress.meet(part);
    if (pages === 0) yield* estimate(part);
    const mustName = follower.meet(part);
    const isBeginning = pages === 0 && isFirstAttempt;
    if (mustName || isBeginning || progress.newestRow > progress.coveredUntil) yield progress.state();
    pages += 1;
    yield { rows };
    progress.delivered(part);
    if (position !== undefined && !progress.mayMissRows && pages % PAGES_PER_CHECKPOINT === 0) {
      progress.position = position;
      yield progress.state();
    }
  }
  return progress.completed();
}

function resumeOf({ interrupted }: Pass): Resume | undefined {
  if (interrupted?.position === undefined) return undefined;
  return { position: interrupted.position, startedAt: Date.parse(interrupted.startedAt) };
}
