import type { JsonObject } from '../protocol/json.ts';
import { type StampFields, stampOf, VISIBLE_AFTER } from '../records/stamps.ts';
import { KeySet } from './key-set.ts';
import { compareKeys, isFalling, type Key, type Keyed } from './keys.ts';
import { countsAgree, isConsistent } from './list-counts.ts';
import type { Page, PageAnswer } from './page.ts';
import { pageStamp } from './page-stamp.ts';
import type { ListPosition, Resume } from './position.ts';
import type { Report } from './report.ts';
import { Sweep } from './sweep.ts';
import { type Window, windowFrom, windowOf } from './windows.ts';

/** What continues the reading if the list cannot be read as an ordered list. */
export interface Handover {
  readonly sweep: Sweep;
  /** Whether all pages before the sweep's first page were read without a gap. */
  readonly isTail: boolean;
}

interface ListToRead extends Keyed {
  readonly name: string;
  readonly perPage: number;
  readonly filtered: boolean;
  readonly stampFields: StampFields;
  readonly resume?: Resume | undefined;
  readonly report: Report;
}

/** If page 1 has a row changed this recently, the list is assumed to be changing now. */
const LIVELY_MS = 5 * 60_000;

/**
 * A filtered list with more pages is read in proving mode from the start, because checkpoints store its position, and the
 * server's counts alone must not prove a stored position.
 */
const COUNTED_PAGES_LIMIT = 4;

/** After this many responses in a row without progress, the reading starts over page by page. */
const IDLE_ANSWERS_LIMIT = 20;

/**
 * Reads a list in descending key order (newest first), on a server that honours the requested page size. Decides which window
 * to read next, without I/O, so that it reads every row that is in the list during the whole reading. If the list is not
 * ordered like this, or the server does not honour the page size, a Sweep continues.
 *
 * If a row above the current page is deleted, the rows below it move up. One of them may move to a page that was already read,
 * and is skipped. If a row is inserted, the rows below it move down, and one is read twice. If both happen, the counts do not
 * change. There are two modes:
 *
 *   counted   page after page, as long as there is no sign of movement. Sends as many requests as the list has pages.
 *   proving   each window overlaps the part already read by one row. So the first key of the window is not below that part:
 *
 *                 read so far  … 907  905  902 ]
 *                 next window                [ 902  899  896 …
 *
 *             The overlap proves that no row was skipped. If there is no overlap, a window further up is read.
 *
 * There are three signs of movement: a changed count, a row that comes twice, and a young row that is not at the top. A row is
 * young if it was changed after the reading began, or at most two minutes before. A skipped row always causes at least one
 * sign: if the count is unchanged, another row was inserted below the part already read. Only a row that was changed (in a
 * filtered list), became visible late or was restored is inserted there. That row comes later in the reading, and it is young.
 * If it is deleted before it is read, the count changes.
 *
 * At the first sign, the mode changes to proving, and never back. If the list grew by as many rows as the rows below moved
 * down, all movement was above the part already read, so that part is complete. Otherwise the list is read again from the top,
 * and only the rows that were missed are emitted.
 *
 * The mode is proving from the start if the counts are missing or disagree, or if the first page shows recent changes.
 */
export class OrderlyReading {
  /** What to read next; undefined at the end and after a handover. */
  next: Window | undefined;
  handover: Handover | undefined;
  private readonly list: ListToRead;
  /** Keys of the rows that this walk has emitted. */
  private readonly given: KeySet;
  /** Also receives the counted pages, so that it can continue after them if the list is not ordered. */
  private readonly sweep: Sweep;
  /** Time of the first response: epoch milliseconds, by the earlier clock. */
  private startedAt: number | undefined;
  private proving: boolean;
  /** Whether for a part of the list only the counts prove that no row was skipped. */
  private trustedCounts: boolean;
  /** The lowest key read so far. Every row with a higher key was read. Undefined before the first page. */
  private low: Key | undefined;
  private firstPage: readonly Key[] = [];
  /** Number of rows from the top down to `low`. */
  private at: number;
  /** Total-Count of the latest response. */
  private total: number | undefined;
  /** Total-Count of the first response. */
  private firstTotal: number | undefined;
  private rowsGiven = 0;
  /** By how many rows the reading last went back up the list. */
  private stepBack = 0;
  /** Number of responses in a row without progress. */
  private idleAnswers = 0;

  constructor(list: ListToRead, given: KeySet) {
    const { resume, perPage } = list;
    this.list = list;
    this.given = given;
    this.sweep = new Sweep(list, { seen: given, given });
    this.startedAt = resume?.startedAt;
    this.proving = resume !== undefined;
    this.trustedCounts = resume?.position.trustedCounts ?? false;
    this.low = resume?.position.lastKey;
    this.at = resume?.position.rowsRead ?? 0;
    this.next = this.low === undefined ? windowOf(1, perPage) : this.windowAfter(this.at);
  }

  get position(): ListPosition | undefined {
    if (this.low === undefined) return undefined;
    return { lastKey: this.low, rowsRead: this.at, trustedCounts: this.trustedCounts };
  }

  /**
   * `next` and the windows that follow it if nothing moves. After the first page, their responses may come in any order. An
   * overlap proves the same, whichever of its two windows was read first. Counted pages show every movement that skips a row,
   * as in this example.
   *
   * The list has four pages of two rows. The server answers one page after the movement, and the others before it.
   *
   *                               before    after     before    before    missed   shown by
   *     nothing moves             90  80  │ 70  60  │ 50  40  │ 30  20      –
   *     100 enters at the top     90 [80] │[80] 70  │ 50  40  │ 30  20     60      80 twice; the count
   *     80 is deleted             90  80  │ 60 [50] │[50] 40  │ 30  20     70      50 twice; the count
   *     both                      90  80  │ 70  60  │ 50  40  │ 30  20      –
   *     80 is deleted, 65 enters  90  80  │[65] 60  │ 50  40  │ 30  20     70      65, a young row
   *     80 is deleted, 35 enters  90  80  │ 60 [50] │[50] 40  │ 30  20     70      50 twice
   *
   * The last three do not change the count. If all later pages are answered after the movement:
   *
   *                               before    after     after     after     missed   shown by
   *     80 is deleted             90  80  │ 60  50  │ 40  30  │ 20         70      the count
   *     80 is deleted, 35 enters  90  80  │ 60  50  │ 40 [35] │ 30  20     70      35, a young row
   */
  *upcoming(): Generator<Window> {
    let window = this.next;
    while (window !== undefined) {
      yield window;
      const end = window.start + window.size;
      if (this.total === undefined || end >= this.total) return;
      window = this.windowAfter(end);
    }
  }

  /** Takes the response for `next`. Returns the rows that were not emitted before. */
  take(answer: PageAnswer): JsonObject[] {
    const window = this.next ?? windowOf(1, this.list.perPage);
    const keys = 'refusal' in answer ? undefined : fallingKeys(answer.rows, this.list);
    if ('refusal' in answer || keys === undefined) return this.handOverAt(answer);
    if (this.rowsGiven === 0) this.firstTotal = answer.totalCount;
    this.startedAt ??= answer.clocks.earlier;
    if (this.isFirstPageAgain(answer, keys, window)) return this.handOverAt(answer);
    if (window.start === 0) this.firstPage = keys;
    if (!this.proving && !this.showsMovement(answer, keys, window)) return this.takeCounted(answer, keys);
    return this.takeProving(answer, keys, window);
  }

  private takeCounted(page: Page, keys: readonly Key[]): JsonObject[] {
    const isFirst = this.low === undefined;
    const { perPage, filtered } = this.list;
    const rows = this.sweep.take(page);
    this.rowsGiven += rows.length;
    const last = keys.at(-1);
    if (last !== undefined) this.low = last;
    this.at += keys.length;
    this.total = page.totalCount;
    if (this.sweep.next === undefined) {
      this.next = undefined;
    } else if (keys.length !== perPage || this.sweep.isIrregular) {
      this.handOver({ sweep: this.sweep, isTail: false });
    } else if (isFirst) {
      const isLively = pageStamp(page, this.list.stampFields) > page.clocks.earlier - LIVELY_MS;
      const isLong = filtered && (page.totalCount ?? 0) > COUNTED_PAGES_LIMIT * perPage;
      this.proving = !countsAgree(page, perPage) || isLively || isLong;
      this.next = this.windowAfter(this.at);
    } else {
      this.trustedCounts = true;
      this.next = this.windowAfter(this.at);
    }
    return rows;
  }

  private takeProving(page: Page, keys: readonly Key[], window: Window): JsonObject[] {
    this.proving = true;
    const isDisordered = this.hasDisorder(page, keys);
    const rows = this.give(page);
    if (this.isDoubtful(page, keys, window)) this.restart();
    else if (isDisordered || keys.length > window.size) this.handOverWhole();
    else this.prove(page, keys, window);
    return rows;
  }

  private prove(page: Page, keys: readonly Key[], { start, size }: Window): void {
    const { low } = this;
    const shrunkBy = Math.max(0, (this.total ?? 0) - (page.totalCount ?? this.total ?? 0));
    this.total = page.totalCount;
    this.idleAnswers += 1;
    const [first] = keys;
    const isJoined = low === undefined || start === 0 || (first !== undefined && compareKeys(first, low) >= 0);
    const isBeyondEnd = start > 0 && countsAgree(page, size) && start >= (page.totalCount ?? 0);
    if (this.idleAnswers > IDLE_ANSWERS_LIMIT) this.handOverWhole();
    else if (!isJoined || isBeyondEnd) this.stepUp(shrunkBy, page);
    else this.goOn(page, keys, { start, size });
  }

  /** Continues after a page that overlaps the part already read. */
  private goOn(page: Page, keys: readonly Key[], { start, size }: { start: number; size: number }): void {
    const last = keys.at(-1);
    const leadsOn = last !== undefined && (this.low === undefined || compareKeys(last, this.low) < 0);
    const isAsCounted = isConsistent(page, start, size);
    if (leadsOn) {
      this.low = last;
      this.idleAnswers = 0;
    }
    if (!isAsCounted && (keys.length < size || !leadsOn)) {
      // This is the end of a list without counts, or the server thins or caps its pages.
      this.handOverTail(leadsOn ? start + keys.length : this.at);
      return;
    }
    this.stepBack = 0;
    this.at = start + keys.length;
    const isEnd = isAsCounted && this.at >= (page.totalCount ?? 0);
    // Some servers send the number of rows so far as Total-Count. A total that grows while reading does not prove the end.
    if (isEnd && this.rowsGiven > (this.firstTotal ?? this.rowsGiven)) this.handOverTail(this.at);
    else this.next = isEnd ? undefined : this.windowAfter(this.at);
  }

  /**
   * Whether this is page 1 again, so that `page` seems to have no effect. False if the total grew by the number of rows before
   * this window, because then insertions moved the rows of page 1 here.
   */
  private isFirstPageAgain(page: Page, keys: readonly Key[], { start }: Window): boolean {
    if (start === 0 || keys.length < 2 || (page.totalCount ?? 0) - (this.total ?? 0) === start) return false;
    return keys.every((key, index) => key === this.firstPage[index]);
  }

  /** Whether a counted page shows movement: the total changed, rows come twice, or a young row is not at the top. */
  private showsMovement(page: Page, keys: readonly Key[], { start }: Window): boolean {
    if (this.low === undefined || page.rows.length === 0) return false;
    const { grown, pushedDown } = this.shift(page, keys, start);
    return grown !== 0 || pushedDown !== 0 || this.hasYoungRow(page, keys);
  }

  /** Whether movement may have skipped rows in the part that is proved by counts only. */
  private isDoubtful(page: Page, keys: readonly Key[], { start }: Window): boolean {
    if (!this.trustedCounts || this.low === undefined) return false;
    if (this.hasYoungRow(page, keys)) return true;
    // A position from an earlier attempt contains no total to compare with.
    if (this.total === undefined) return false;
    const { grown, pushedDown, repeats } = this.shift(page, keys, start);
    const isAllAbove = grown === pushedDown && repeats < keys.length;
    return !isAllAbove;
  }

  /** By how many rows the list grew, by how many the rows below `low` moved down, and how many rows came again. */
  private shift(page: Page, keys: readonly Key[], start: number) {
    const low = this.low as Key;
    const repeats = keys.filter((key) => compareKeys(key, low) >= 0).length;
    const grown = (page.totalCount ?? Number.NaN) - (this.total ?? Number.NaN);
    return { repeats, grown, pushedDown: repeats - (this.at - start) };
  }

  private hasYoungRow(page: Page, keys: readonly Key[]): boolean {
    const { low } = this;
    const { stampFields } = this.list;
    if (low === undefined || pageStamp(page, stampFields) < this.youngSince) return false;
    return page.rows.some(
      (row, index) => compareKeys(keys[index] ?? low, low) < 0 && (stampOf(row, stampFields) ?? 0) >= this.youngSince,
    );
  }

  private get youngSince(): number {
    return (this.startedAt ?? 0) - VISIBLE_AFTER;
  }

  /**
   * Whether an old row that was not read before has a key above `low`. Then the list is not in descending order. A young row
   * does not count, because it may have been inserted in the meantime. Rows above the position of an earlier attempt are
   * ignored, because their keys are not stored.
   */
  private hasDisorder(page: Page, keys: readonly Key[]): boolean {
    const { low, list } = this;
    if (low === undefined) return false;
    const known = list.resume?.position.lastKey;
    return page.rows.some((row, index) => {
      const key = keys[index] as Key;
      if (compareKeys(key, low) < 0 || this.given.has(key)) return false;
      const isKnownBefore = known !== undefined && compareKeys(key, known) >= 0;
      return !isKnownBefore && (stampOf(row, list.stampFields) ?? Number.NEGATIVE_INFINITY) < this.youngSince;
    });
  }

  private restart(): void {
    this.list.report.movement();
    this.trustedCounts = false;
    this.low = undefined;
    this.at = 0;
    this.total = undefined;
    this.next = windowOf(1, this.list.perPage);
  }

  /** Rows moved up past the window. Goes back by as many rows as the count lost, or by twice the last step if that is more. */
  private stepUp(shrunkBy: number, { totalCount }: Page): void {
    this.stepBack = Math.max(this.stepBack * 2, shrunkBy, 1);
    this.at = Math.max(0, Math.min(this.at - this.stepBack, totalCount ?? this.at));
    this.next = this.windowAfter(this.at);
  }

  private give({ rows }: Page): JsonObject[] {
    const keys = new Set<Key>();
    const fresh = rows.filter((row) => {
      const key = this.list.keyOf(row);
      if (key === undefined) return true;
      if (keys.has(key) || this.given.has(key)) return false;
      keys.add(key);
      return true;
    });
    this.given.add([...keys]);
    this.rowsGiven += fresh.length;
    return fresh;
  }

  /** The response is not a page in descending order, or it is page 1 again. */
  private handOverAt(answer: PageAnswer): JsonObject[] {
    if (!this.proving) {
      const rows = this.sweep.take(answer);
      this.handOver({ sweep: this.sweep, isTail: false });
      return rows;
    }
    this.handOverWhole();
    return 'refusal' in answer ? [] : this.give(answer);
  }

  /** Reads the list page by page, from the top. */
  private handOverWhole(): void {
    this.list.report.movement();
    const sweep = new Sweep(this.list, { seen: new KeySet(), given: this.given });
    this.handOver({ sweep, isTail: false });
  }

  /** Reads what follows the first `rows` rows, page by page. */
  private handOverTail(rows: number): void {
    const fromPage = Math.floor(rows / this.list.perPage) + 1;
    const sweep = new Sweep(this.list, { seen: this.given, given: this.given }, { fromPage });
    this.handOver({ sweep, isTail: true });
  }

  private handOver(handover: Handover): void {
    this.handover = handover;
    this.next = undefined;
  }

  /** The window that follows the first `end` rows. */
  private windowAfter(end: number): Window {
    return windowFrom(this.proving ? end - 1 : end, this.list.perPage);
  }
}

/** The keys of rows in strictly descending order; undefined if they are not. A composite key has no order. */
function fallingKeys(rows: readonly JsonObject[], keyed: Keyed): Key[] | undefined {
  if (!keyed.isSortable) return undefined;
  const keys: Key[] = [];
  for (const row of rows) {
    const key = keyed.keyOf(row);
    if (key === undefined) return undefined;
    keys.push(key);
  }
  return isFalling(keys) ? keys : undefined;
}
