import { PER_PAGE } from '../../float/lists.ts';
import { newestStamp, stampOf, VISIBLE_AFTER } from '../changes/stamps.ts';
import type { JsonObject } from '../protocol/json.ts';
import type { LogLevel } from '../protocol/messages.ts';
import { compareKeys, fallingKeys, type Key, type Keyed, KeyRanges } from './keys.ts';
import type { Page } from './page.ts';
import { type Window, windowFrom, windowOf } from './windows.ts';

/** Where a reading stands: everything down to the key `below` was read, `at` rows from the top of the list. */
export interface Mark {
  readonly below: Key;
  readonly at: number;
  /** Whether counts alone vouch for a part of it. */
  readonly counted: boolean;
}

/** Rows that were not read before. */
export interface Fresh {
  readonly rows: JsonObject[];
  /** Their latest stamp in epoch milliseconds, -Infinity where none has one. */
  readonly newest: number;
}

const NOTHING: Fresh = { rows: [], newest: Number.NEGATIVE_INFINITY };

interface ListToRead extends Keyed {
  readonly name: string;
  readonly filtered: boolean;
  readonly resume?: { readonly mark: Mark; readonly began: number } | undefined;
  readonly log: (level: LogLevel, sentence: string) => void;
}

/** Milliseconds. A list whose first page holds a row changed so recently is taken to be changing now. */
const LIVELY = 5 * 60_000;

/** A longer filtered list is proved from the start, since marks are written of it, and counts must not vouch for those. */
const MANY_PAGES = 4;

/**
 * Decides which window of a list to read next, so that every row that stands in it throughout is read; no I/O.
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
 * Proving begins at once where counts are missing, and where the first page shows a list that is changing now.
 */
export class OrderlyReading {
  /** What to read next; undefined at the end. */
  next: Window | undefined;
  /** Answers in a row that led no further down the list. */
  idleAnswers = 0;
  private readonly list: ListToRead;
  private readonly given = new KeyRanges();
  /** Epoch milliseconds by the server's clock, of the first answer. */
  private began: number | undefined;
  private proving: boolean;
  /** Whether counts alone vouch for a part of what was read. */
  private counted: boolean;
  /** The key down to which everything was read; undefined at the top. */
  private low: Key | undefined;
  /** How many rows from the top `low` stood. */
  private at: number;
  private total: number | undefined;
  private largest = PER_PAGE;
  private stepBack = 0;
  private hasWarned = false;
  private answerBefore: string | undefined;
  private sameAnswers = 0;

  constructor(list: ListToRead) {
    this.list = list;
    const { resume } = list;
    this.began = resume?.began;
    this.proving = resume !== undefined;
    this.counted = resume?.mark.counted ?? false;
    this.low = resume?.mark.below;
    this.at = resume?.mark.at ?? 0;
    this.next = this.low === undefined ? windowOf(1, this.largest) : this.windowAfter(this.at);
  }

  get mark(): Mark | undefined {
    return this.low === undefined ? undefined : { below: this.low, at: this.at, counted: this.counted };
  }

  /**
   * `next`, and what follows it as long as nothing moves. Once the first page came, they may be answered in any order.
   * An overlap proves what it proves whenever its two windows were read. And where counts vouch: whatever moved did so
   * between pages answered before and pages answered after, and the first page is one of those before. Down the list,
   * each edge where before turns to after shows the rows that were pushed down, each where after turns back to before
   * those that were pulled up: they come twice there. Nothing comes twice only where an entered row made up for a deleted
   * one above the next such edge, in a page answered after; and there it is met, young.
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

  /** Takes the answer for `next`; returns undefined where the list has no order. */
  take(page: Page): Fresh | undefined {
    const keys = fallingKeys(page.rows, this.list);
    if (keys === undefined) return undefined;
    this.idleAnswers += 1;
    const { start, end, isLast } = this.locate(page, keys.length);
    const [first] = keys;
    const repeats = first !== undefined && this.low !== undefined && compareKeys(first, this.low) >= 0;
    const newest = newestStamp(page.rows);
    const shrunkBy = Math.max(0, (this.total ?? 0) - (page.totalCount ?? this.total ?? 0));
    if (this.isInDoubt(page, newest, keys, start)) {
      this.restart();
      return NOTHING;
    }
    this.total = page.totalCount;

    const isJoined = this.low === undefined || start === 0 || repeats || (!this.proving && first !== undefined);
    if (!isJoined) {
      this.stepUp(shrunkBy);
      return NOTHING;
    }
    const rows = this.accept(page, keys, end, isLast);
    return { rows, newest: rows.length === page.rows.length ? newest : newestStamp(rows) };
  }

  /** Where in the list an answer stands. A server may give smaller pages than asked for, or another page past the end. */
  private locate(page: Page, length: number): { start: number; end: number; isLast: boolean } {
    const asked = this.next ?? windowOf(1, this.largest);
    const size = Math.min(asked.size, page.perPage || asked.size);
    if (size < asked.size) this.largest = size;
    const { start } = windowOf(page.currentPage ?? asked.page, size);
    if (page.totalCount === undefined) return { start, end: start + length, isLast: length < size };
    const end = Math.min(start + size, page.totalCount);
    if (length < end - start) this.warnOfFewerRows(page.totalCount);
    return { start, end, isLast: end >= page.totalCount };
  }

  private warnOfFewerRows(totalCount: number): void {
    if (this.hasWarned) return;
    this.hasWarned = true;
    this.list.log(
      'WARN',
      `${this.list.name}: a page holds fewer rows than the server's count of ${totalCount} promises.`,
    );
  }

  /** Notices movement; returns whether it throws doubt on the part that counts vouched for. */
  private isInDoubt(page: Page, newest: number, keys: readonly Key[], start: number): boolean {
    this.began ??= page.clocks.earlier;
    if (this.low === undefined) {
      this.proving ||=
        page.totalCount === undefined || newest > page.clocks.earlier - LIVELY || this.isLongAndFiltered(page);
      return false;
    }
    const { low } = this;
    const repeats = keys.filter((key) => compareKeys(key, low) >= 0).length;
    const pushedDown = repeats - (this.at - start);
    const grown = (page.totalCount ?? Number.NaN) - (this.total ?? Number.NaN);
    const young = (this.counted || !this.proving) && newest >= this.youngSince && this.hasYoungRow(page, keys, low);
    if (!this.proving && grown === 0 && pushedDown === 0 && !young) {
      this.counted = true;
      return false;
    }
    this.proving = true;
    const isResumed = this.total === undefined;
    return this.counted && (young || !(isResumed || (grown === pushedDown && repeats < keys.length)));
  }

  private isLongAndFiltered({ totalCount = 0 }: Page): boolean {
    return this.list.filtered && totalCount > MANY_PAGES * this.largest;
  }

  private hasYoungRow({ rows }: Page, keys: readonly Key[], low: Key): boolean {
    const since = this.youngSince;
    return rows.some((row, index) => compareKeys(keys[index] ?? low, low) < 0 && (stampOf(row) ?? 0) >= since);
  }

  private get youngSince(): number {
    return (this.began ?? 0) - VISIBLE_AFTER;
  }

  private restart(): void {
    this.list.log(
      'INFO',
      `${this.list.name}: the list moved while it was read; it is read again from the top, for rows that slipped.`,
    );
    this.counted = false;
    this.low = undefined;
    this.at = 0;
    this.total = undefined;
    this.next = windowOf(1, this.largest);
  }

  /** Rows were pulled up over the edge: by as many as the count lost, else by twice as many as tried before. */
  private stepUp(shrunkBy: number): void {
    this.stepBack = Math.max(this.stepBack * 2, shrunkBy, 1);
    this.at = Math.max(0, this.at - this.stepBack);
    this.next = this.windowAfter(this.at);
  }

  private accept(page: Page, keys: readonly Key[], end: number, isLast: boolean): JsonObject[] {
    const reached = this.low;
    const isUnread = (key: Key): boolean =>
      (reached === undefined || compareKeys(key, reached) < 0) && !this.given.has(key);
    const rows = page.rows.filter((_, index) => isUnread(keys[index] as Key));

    const [first] = keys;
    const last = keys.at(-1);
    if (first !== undefined && last !== undefined && (reached === undefined || compareKeys(last, reached) < 0)) {
      // In order to join the ranges, a proved one begins where the one above ends.
      this.given.add(this.proving ? (reached ?? first) : first, last);
      this.low = last;
      this.idleAnswers = 0;
    }
    this.stepBack = 0;
    this.at = end;
    this.next = isLast || this.isRepeatedEnd(page, first, last) ? undefined : this.windowAfter(end);
    return rows;
  }

  /**
   * Float does not say what follows the last page. Yii2, which it seems to be built on, repeats the last one
   * (yiisoft/yii2 issue 11582). Without counts that is known only by the same answer to ever later windows; rows that are
   * pushed down just as far as the window moves look the same once, hardly twice.
   */
  private isRepeatedEnd({ totalCount }: Page, first: Key | undefined, last: Key | undefined): boolean {
    const answer = JSON.stringify([first, last]);
    this.sameAnswers = answer === this.answerBefore ? this.sameAnswers + 1 : 0;
    this.answerBefore = answer;
    return totalCount === undefined && this.sameAnswers >= 2;
  }

  /** Of what follows the first `end` rows. */
  private windowAfter(end: number): Window {
    return windowFrom(this.proving ? end - 1 : end, this.largest);
  }
}
