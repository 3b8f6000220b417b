import type { Clocks } from '../http/clocks.ts';
import { hashOf } from '../lists/hash.ts';
import { UnsettledList } from '../lists/unsettled-list.ts';
import { counted } from '../protocol/counted.ts';
import type { JsonObject } from '../protocol/json.ts';
import { newestStamp, stampOf, timeOf, VISIBLE_AFTER } from '../records/stamps.ts';
import type { ChangeReader } from './change-reader.ts';
import type { ChangeState } from './change-state.ts';
import type { Batch, DeletionFollower, DeletionState, Settlement } from './deletion-follower.ts';
import { toTime, toTimestamp } from './instants.ts';
import { areYoung, conclude, keysToTry, mustWait, reasonToCompare } from './key-comparison.ts';
import type { KeySource, ListAnswer } from './key-source.ts';
import { type KeyState, keyStateOf } from './key-state.ts';
import { KEYS_LIMIT } from './known-keys.ts';
import { settleMissing, trySingleRows, unanswered } from './missing-rows.ts';

/** A comparison that began in this read. */
interface Comparison {
  readonly reason: string;
  readonly countBefore: number | undefined;
  readonly totals: Set<number>;
  /** Keys of all rows in the list. */
  readonly read: Set<number>;
  readonly onAnswer: (answer: ListAnswer) => void;
  /** The latest clocks of its responses. */
  clocks: Clocks;
  unknown: number;
  isWhole: boolean;
}

/** The user's settings for the list. */
export interface Wanted {
  readonly startDate: string | undefined;
  /** Whether the user selected the field DELETED_AT. */
  readonly tombstones: boolean;
}

/**
 * Follows deletions in a list without a Delete Log by comparing its keys with the keys of the rows emitted so far ("known").
 *
 *     changed rows ──▶ Total-Count minus known keys: as before? ──yes──▶ nothing was deleted
 *                                   │ no, or another reason
 *                                   ▼
 *     read the whole list again ──▶ known keys that did not come ──▶ request each row: 404 → tombstone
 *
 * Keys are saved before rows: a STATE contains the unknown keys of a page before its rows are emitted. An extra key costs only
 * a request; a missing key would leave a deleted row in the destination. A key is removed only by the STATE after its
 * tombstone. So whenever a read is killed, the state contains all keys that the destination may have.
 *
 * Why an existing row gets no tombstone: each comparison requests two rows of the list, to test whether the server offers
 * single rows. If it offers them, only a row whose own request answers 404 or 410 gets a tombstone. A second request must
 * repeat that answer, unless more than 50 rows are requested and none of them exists. So the following cases cost requests, but
 * remove nothing:
 *
 * - Rows move while the list is read, pages are capped, thinned or empty, or wrong counts agree with each other. Then requests
 *   for the missing rows answer 200, and the rows are emitted and stay known.
 * - A filter or a default of the server omits rows from the list: the same happens.
 * - An empty list has no rows to test with. If the last comparison did not show that the server offers single rows, nothing is
 *   removed. If one of the known rows still exists, the empty list is wrong, and nothing is removed in this sync.
 * - A request for a page fails: the stream fails. A request for a row fails: the row stays known, and the next sync compares
 *   again.
 * - A comparison is killed: it starts over from the first page, because its readings are not in the state.
 * - A lagging replica or cache lacks a row that another one has. It lags by two minutes at most, so keys that were new less
 *   than two minutes ago are not requested. A row that this sync emitted never counts as missing.
 * - A clock jumps: a comparison runs earlier or later, but the time alone never makes a row count as deleted.
 * - A state without keys (version 0.1, or after a full refresh): an unknown key gets no tombstone.
 * - A start_date: older rows are unknown until they are emitted.
 *
 * If the server does not offer single rows, a missing row is removed only if all of this is true:
 *
 * - two whole readings of the list lack the same rows, and no count is larger than the number of rows;
 * - the list is not empty, lacks few rows, and contains every row that this sync emitted;
 * - none of the missing rows is returned by its own request.
 *
 * On a server without single rows, a filter that hides a few rows cannot be distinguished from deletions.
 */
export class KeyFollower implements DeletionFollower {
  readonly rowsNeededSince = undefined;
  private readonly reader: ChangeReader;
  private readonly source: KeySource;
  private readonly wanted: Wanted;
  private readonly isFirstRead: boolean;
  private state: KeyState;
  private readonly keys: Set<number>;
  /** Keys that were unknown before this sync. A lagging replica may not have their rows yet. */
  private readonly young = new Set<number>();
  private youngAt: number | undefined;
  /** Keys of the rows that this sync emitted, each with a hash of the row. */
  private readonly delivered = new Map<number, number>();
  private comparison: Comparison | undefined;
  /** The state after the tombstones of the comparison, and the keys to remove from it. */
  private concluded: { readonly state: KeyState; readonly gone: readonly number[] } | undefined;
  /** Whether a STATE must be emitted before the next rows. */
  private isUnsaved = false;
  private isOff: boolean;

  constructor(reader: ChangeReader, source: KeySource, known: ChangeState, wanted: Wanted) {
    const { modified, readInProgress, knownKeys, hasTooManyKeys } = known;
    this.reader = reader;
    this.source = source;
    this.wanted = wanted;
    // The results of earlier comparisons have no meaning without the keys.
    this.state = knownKeys === undefined ? {} : known;
    this.keys = new Set(knownKeys);
    this.isOff = hasTooManyKeys ?? false;
    const isNew = modified === undefined && readInProgress === undefined && knownKeys === undefined;
    this.isFirstRead = isNew && wanted.startDate === undefined;
  }

  private get list() {
    const { name, log, keyOf } = this.reader;
    return { name, log, keyOf, source: this.source };
  }

  async begin(): Promise<undefined> {
    return undefined;
  }

  stateDuring(): DeletionState {
    if (this.isOff) return keyStateOf({ hasTooManyKeys: true });
    const { youngKeys, youngKeysAt, ...others } = keyStateOf(this.state);
    return { ...others, knownKeys: this.keys, ...this.withYoung(youngKeys, youngKeysAt) };
  }

  private withYoung(known: ReadonlySet<number> = new Set(), knownAt: string | undefined) {
    const { youngAt } = this;
    if (youngAt === undefined) return { youngKeys: known, youngKeysAt: knownAt };
    const youngKeysAt = toTimestamp(Math.max(youngAt, toTime(knownAt) ?? youngAt));
    return { youngKeys: new Set([...known, ...this.young]), youngKeysAt };
  }

  meet({ rows, clocks }: Batch): boolean {
    if (this.isOff) return false;
    for (const row of rows) {
      const key = this.reader.keyOf(row);
      // The record maker fails the stream for a row without a key.
      if (key === undefined) continue;
      if (isNameable(key)) this.name(key, row, clocks);
      else this.isOff = true;
    }
    this.isOff ||= this.keys.size > KEYS_LIMIT;
    const mustSave = this.isUnsaved && !this.isOff;
    this.isUnsaved = false;
    return mustSave;
  }

  private name(key: number, row: JsonObject, { earlier }: Clocks): void {
    this.delivered.set(key, hashOf(JSON.stringify(row)));
    if (this.keys.has(key)) return;
    this.keys.add(key);
    this.isUnsaved = true;
    const isRecent = (stampOf(row) ?? Number.NEGATIVE_INFINITY) >= earlier - VISIBLE_AFTER;
    if (isRecent || this.state.comparedAt !== undefined) {
      this.young.add(key);
      this.youngAt = Math.max(this.youngAt ?? earlier, earlier);
    }
    if (this.comparison !== undefined) this.comparison.unknown += 1;
    else if (this.wasCounted(row)) this.lowerOffset();
  }

  /**
   * Whether the offset already includes an unknown row although it was never emitted. True if the row was created before
   * start_date and edited later. `created` null counts as old, because some APIs have no creation time for old rows. A wrong
   * guess causes a comparison.
   */
  private wasCounted({ created }: JsonObject): boolean {
    return this.wanted.startDate !== undefined && (created === null || this.isOld(timeOf(created)));
  }

  private lowerOffset(): void {
    const { countOffset } = this.state;
    if (countOffset !== undefined) this.state = { ...this.state, countOffset: countOffset - 1 };
  }

  /** Whether a time is before start_date. Requests contain start_date without its milliseconds, so these do not count. */
  private isOld(time: number | undefined): boolean {
    const { startDate } = this.wanted;
    return startDate !== undefined && time !== undefined && time < Math.floor(Date.parse(startDate) / 1_000) * 1_000;
  }

  async *deliverAgain(startedAt: number, mayMissRows: boolean): AsyncGenerator<Batch> {
    if (this.isOff) return;
    if (!this.wanted.tombstones) {
      this.state = { ...this.state, comparing: true };
      return;
    }
    if (this.isFirstRead && !mayMissRows) {
      // The next sync may get an empty list, which has no rows for this test.
      const offersSingleRows = await trySingleRows(this.list, keysToTry(this.delivered.keys()));
      this.state = { comparedAt: toTimestamp(startedAt), countOffset: 0, offersSingleRows };
      return;
    }
    if (mustWait(this.state, startedAt)) return;
    const counted = (await this.source.count()) ?? {
      totalCount: undefined,
      clocks: { earlier: startedAt, later: startedAt },
    };
    if (!areYoung(toTime(this.state.youngKeysAt), counted.clocks)) {
      this.state = { ...this.state, youngKeys: undefined, youngKeysAt: undefined };
    }
    const reason = reasonToCompare(this.state, this.keys.size, counted);
    if (reason === undefined) return;
    this.comparison = beginComparison(reason, counted);
    this.state = { ...this.state, comparing: true, nextComparisonAt: undefined };
    this.isUnsaved = true;
    yield { rows: [], newest: Number.NEGATIVE_INFINITY, clocks: counted.clocks };
    yield* this.readWhole(this.comparison);
  }

  private async *readWhole(comparison: Comparison): AsyncGenerator<Batch> {
    try {
      for await (const part of this.source.readWhole(comparison.onAnswer)) {
        const rows = part.rows.filter((row) => this.isToBeDelivered(row, comparison));
        yield { rows, newest: newestStamp(rows), clocks: part.clocks };
        if (this.isOff) return;
      }
      comparison.isWhole = true;
    } catch (error) {
      if (!(error instanceof UnsettledList)) throw error;
      const { name, log } = this.reader;
      log(
        'WARN',
        `${name}: the primary keys of the list could not be compared with those of earlier syncs, so deleted rows stay in the destination. The next sync that starts at least an hour later compares them again. Reason: ${error.message}`,
      );
    }
  }

  /** A row is emitted again unless this sync emitted an identical row, or the row is unknown and older than start_date. */
  private isToBeDelivered(row: JsonObject, { read }: Comparison): boolean {
    const key = this.reader.keyOf(row);
    if (key === undefined || !isNameable(key)) return true;
    read.add(key);
    if (!this.keys.has(key)) return !this.isOld(stampOf(row));
    return !this.delivered.has(key) || this.delivered.get(key) !== hashOf(JSON.stringify(row));
  }

  async settle(): Promise<Settlement> {
    const { comparison, state } = this;
    if (comparison === undefined || this.isOff) return { livingRows: [], deleted: [], mayMissRows: false };
    const { name, log } = this.reader;
    const { read, clocks, reason } = comparison;
    const lacking = [...this.keys].filter((key) => !read.has(key) && !this.delivered.has(key));
    const hasStrays = [...this.delivered.keys()].some((key) => !read.has(key));
    const { gone, livingRows, ...settlement } = await this.settleMissing(comparison, lacking, hasStrays);
    const { youngKeys, youngKeysAt } = state;
    const findings = {
      ...comparison,
      time: clocks.earlier,
      rowsRead: read.size,
      keys: this.keys.size - gone.length,
      missing: lacking.length,
      gone: gone.length,
      hasStrays,
      settlement,
    };
    this.concluded = { state: { ...conclude(state, findings), youngKeys, youngKeysAt }, gone };
    if (comparison.isWhole) {
      log(
        'INFO',
        `${name}: compared the keys of ${counted(read.size, 'row')}, because ${reason}. Deleted rows found: ${gone.length}.`,
      );
    }
    return { livingRows, deleted: gone.map((key) => ({ key, time: clocks.earlier })), mayMissRows: false };
  }

  private async settleMissing(
    { isWhole, read, totals, onAnswer }: Comparison,
    lacking: readonly number[],
    hasStrays: boolean,
  ) {
    const { state } = this;
    const { offersSingleRows, youngKeys } = state;
    if (!isWhole) return unanswered({ isDecided: false, isPostponed: true, offersSingleRows });
    const keys = lacking.filter((key) => youngKeys?.has(key) !== true);
    const missing = { keys, known: this.keys.size, read, hasStrays, totals, onAnswer };
    const answers = await settleMissing(this.list, missing, state);
    return { ...answers, isDecided: answers.isDecided && keys.length === lacking.length };
  }

  stateAfter(): DeletionState {
    const { name, log } = this.reader;
    if (this.isOff) {
      log(
        'WARN',
        `${name}: the list has more than ${KEYS_LIMIT} rows, or keys that are not whole numbers, so its keys are not compared. Deleted rows stay in the destination. To remove them, run "Refresh and remove records" for this stream.`,
      );
    }
    for (const key of this.concluded?.gone ?? []) this.keys.delete(key);
    this.state = this.concluded?.state ?? this.state;
    return this.stateDuring();
  }
}

function beginComparison(reason: string, { totalCount: countBefore, clocks }: ListAnswer): Comparison {
  const comparison: Comparison = {
    reason,
    countBefore,
    totals: new Set(),
    read: new Set(),
    onAnswer: (answer) => {
      if (answer.totalCount !== undefined) comparison.totals.add(answer.totalCount);
      if (answer.clocks.earlier > comparison.clocks.earlier) comparison.clocks = answer.clocks;
    },
    clocks,
    unknown: 0,
    isWhole: false,
  };
  return comparison;
}

function isNameable(key: number | string): key is number {
  return Number.isSafeInteger(key);
}
