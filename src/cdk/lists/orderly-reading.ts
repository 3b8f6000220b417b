import type { JsonObject } from '../protocol/json.ts';
import { type StampFields, stampOf, VISIBLE_AFTER } from '../records/stamps.ts';
import { KeySet } from './key-set.ts';
import { compareKeys, isFalling, type Key, type Keyed } from './keys.ts';
import { countsAgree, isConsistent } from './list-counts.ts';
import type { Page, PageAnswer } from './page.ts';
import { pageStamp } from './page-stamp.ts';
import type { ListPosition } from './position.ts';
import type { Report } from './report.ts';
import { Sweep } from './sweep.ts';
import { type Window, windowFrom, windowOf } from './windows.ts';

/** Where the reading of an ordered list goes on when it cannot go on here. */
export interface Handover {
  readonly sweep: Sweep;
  /** Whether all pages before the sweep's first one were read, and proved to be without a gap. */
  readonly isTail: boolean;
}

interface ListToRead extends Keyed {
  readonly name: string;
  readonly perPage: number;
  readonly filtered: boolean;
  readonly stampFields: StampFields;
  readonly resume?: { readonly position: ListPosition; readonly began: number } | undefined;
  readonly report: Report;
}

/** Milliseconds. A list whose first page holds a row changed so recently is taken to be changing now. */
const LIVELY_MS = 5 * 60_000;

/** A longer filtered list is proved from the start: positions of it are written, and counts alone must not prove those. */
const COUNTED_PAGES_LIMIT = 4;

/** Answers in a row that led no further down the list, before the reading starts over page by page. */
const IDLE_ANSWERS_LIMIT = 20;

/**
 * Reads a list that begins with the newest, the largest, key, on a server that keeps to the page size that is asked for.
 * Decides which window to read next, so that every row that stands in the list throughout is read; no I/O. Where the
 * server turns out to be another, or the list to have another order, it hands over to a Sweep.
 *
 * A row deleted above the page that is being read pulls the others up, and one of them slips over the page's edge unread.
 * An inserted row pushes them down, and one is read twice. Counts do not tell when both happen at once.
 * Reading goes in one of two ways:
 *
 *   counted   page after page, as long as nothing speaks of movement: no request more than the list has pages.
 *   proving   each window overlaps the part already read by a row, so that it brings a key which is not below it:
 *
 *                 read so far  … 907  905  902 ]
 *                 next window                [ 902  899  896 …
 *
 *             which proves that no row slipped between. Where it does not, a window further up is read.
 *
 * Movement shows itself by a changed count, by a row that comes twice, or by a young row away from the top. One of them
 * there must be: for a row to slip through behind an unchanged count, another must enter below the edge; a row enters
 * below only by being changed (a filtered list), by becoming visible late or by being restored, and it is met later with
 * a young stamp, unless it leaves again, which the count tells. On the first sign, proving begins, for good. Only if the
 * list has grown by just as many rows as it was pushed down, all movement was above the edge, and what was read so far is
 * beyond doubt. Otherwise it is read again from the top, and only what was missed is given out.
 *
 * Proving begins at once where the counts are missing or disagree, and where the first page shows a list that is
 * changing now.
 */
export class OrderlyReading {
  /** What to read next; undefined at the end and after a handover. */
  next: Window | undefined;
  handover: Handover | undefined;
  private readonly list: ListToRead;
  private readonly given: KeySet;
  /** Follows the counted pages, and goes on with them where they turn out not to be orderly. */
  private readonly sweep: Sweep;
  /** Epoch milliseconds by the earlier clock, of the first answer. */
  private began: number | undefined;
  private proving: boolean;
  /** Whether counts alone prove a part of what was read. */
  private trustedCounts: boolean;
  /** The key down to which everything was read; undefined at the top. */
  private low: Key | undefined;
  private firstPage: readonly Key[] = [];
  /** How many rows from the top `low` stood. */
  private at: number;
  private total: number | undefined;
  /** Total-Count of the first answer. */
  private firstTotal: number | undefined;
  private rowsGiven = 0;
  private stepBack = 0;
  private idleAnswers = 0;

  constructor(list: ListToRead, given: KeySet) {
    const { resume, perPage } = list;
    this.list = list;
    this.given = given;
    this.sweep = new Sweep(list, { seen: given, given });
    this.began = resume?.began;
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
   * `next`, and what follows it as long as nothing moves. Once the first page came, they may be answered in any order: an
   * overlap proves the same whenever its two windows were read, and counted pages show every movement that costs a row.
   *
   * Four pages of two rows. One of them was answered after the rows moved, the others before; the first always before.
   *
   *                               before    after     before    before    missed   shown by
   *     nothing moves             90  80  │ 70  60  │ 50  40  │ 30  20      –
   *     100 enters at the top     90 [80] │[80] 70  │ 50  40  │ 30  20     60      80 twice; the count
   *     80 is deleted             90  80  │ 60 [50] │[50] 40  │ 30  20     70      50 twice; the count
   *     both                      90  80  │ 70  60  │ 50  40  │ 30  20      –
   *     80 is deleted, 65 enters  90  80  │[65] 60  │ 50  40  │ 30  20     70      65, a young row
   *     80 is deleted, 35 enters  90  80  │ 60 [50] │[50] 40  │ 30  20     70      50 twice
   *
   * The last three leave the count as it was. With every later page answered after the movement:
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

  /** Takes the answer for `next`; returns the rows that were not given out before. */
  take(answer: PageAnswer): JsonObject[] {
    const window = this.next ?? windowOf(1, this.list.perPage);
    const keys = 'refusal' in answer ? undefined : fallingKeys(answer.rows, this.list);
    if ('refusal' in answer || keys === undefined) return this.handOverAt(answer);
    if (this.rowsGiven === 0) this.firstTotal = answer.totalCount;
    this.began ??= answer.clocks.earlier;
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

  /** The page joins what was read so far. */
  private goOn(page: Page, keys: readonly Key[], { start, size }: { start: number; size: number }): void {
    const last = keys.at(-1);
    const leadsOn = last !== undefined && (this.low === undefined || compareKeys(last, this.low) < 0);
    const isAsCounted = isConsistent(page, start, size);
    if (leadsOn) {
      this.low = last;
      this.idleAnswers = 0;
    }
    if (!isAsCounted && (keys.length < size || !leadsOn)) {
      // Perhaps the end of a list without counts, perhaps a server that thins or caps its pages.
      this.handOverTail(leadsOn ? start + keys.length : this.at);
      return;
    }
    this.stepBack = 0;
    this.at = start + keys.length;
    const isEnd = isAsCounted && this.at >= (page.totalCount ?? 0);
    // A total that grows with what was read, as one of the rows so far does, proves no end.
    if (isEnd && this.rowsGiven > (this.firstTotal ?? this.rowsGiven)) this.handOverTail(this.at);
    else this.next = isEnd ? undefined : this.windowAfter(this.at);
  }

  /** Whether `page` seems to have no effect. So many rows may also have been inserted; then the list has grown by them. */
  private isFirstPageAgain(page: Page, keys: readonly Key[], { start }: Window): boolean {
    if (start === 0 || keys.length < 2 || (page.totalCount ?? 0) - (this.total ?? 0) === start) return false;
    return keys.every((key, index) => key === this.firstPage[index]);
  }

  /** Whether a counted page shows movement: the list has another length, rows come twice, or a young row is away from the top. */
  private showsMovement(page: Page, keys: readonly Key[], { start }: Window): boolean {
    if (this.low === undefined || page.rows.length === 0) return false;
    const { grown, pushedDown } = this.shift(page, keys, start);
    return grown !== 0 || pushedDown !== 0 || this.hasYoungRow(page, keys);
  }

  /** Whether movement throws doubt on the part that only counts prove. */
  private isDoubtful(page: Page, keys: readonly Key[], { start }: Window): boolean {
    if (!this.trustedCounts || this.low === undefined) return false;
    if (this.hasYoungRow(page, keys)) return true;
    // A position of an earlier attempt bears no total to compare with.
    if (this.total === undefined) return false;
    const { grown, pushedDown, repeats } = this.shift(page, keys, start);
    const isAllAbove = grown === pushedDown && repeats < keys.length;
    return !isAllAbove;
  }

  /** By how many rows the list grew, and by how many the rows below `low` were pushed down. */
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
    return (this.began ?? 0) - VISIBLE_AFTER;
  }

  /**
   * Whether an old row stands below a key that is smaller: the list is not in falling order. A young one may have entered
   * there meanwhile; and what stands above the position of an earlier attempt is not known.
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

  /** Rows were pulled up over the edge: by as many as the count lost, else by twice as many as tried before. */
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

  /** The answer is no page in falling order, or page 1 once more. */
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

  /** Reads page by page what follows the first `rows` rows. */
  private handOverTail(rows: number): void {
    const fromPage = Math.floor(rows / this.list.perPage) + 1;
    const sweep = new Sweep(this.list, { seen: this.given, given: this.given }, { fromPage });
    this.handOver({ sweep, isTail: true });
  }

  private handOver(handover: Handover): void {
    this.handover = handover;
    this.next = undefined;
  }

  /** Of what follows the first `end` rows. */
  private windowAfter(end: number): Window {
    return windowFrom(this.proving ? end - 1 : end, this.list.perPage);
  }
}

/** The keys of rows in strictly falling order; undefined where they are not. A composite key has no order of its own. */
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
