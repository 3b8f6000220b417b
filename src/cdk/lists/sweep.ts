import { counted } from '../protocol/counted.ts';
import { ConnectorError } from '../protocol/errors.ts';
import type { JsonObject } from '../protocol/json.ts';
import { type StampFields, VISIBLE_AFTER } from '../records/stamps.ts';
import { hashOf } from './hash.ts';
import type { KeySet } from './key-set.ts';
import { isFalling, type Key, type Keyed } from './keys.ts';
import { ListCounts } from './list-counts.ts';
import type { Page, PageAnswer } from './page.ts';
import { pageStamp } from './page-stamp.ts';
import type { Report } from './report.ts';
import { UnsettledList } from './unsettled-list.ts';
import { type Window, windowOf } from './windows.ts';

/** Maximum number of pages with few new rows in one reading. A list with more of them counts as endless. */
const STALE_PAGES_LIMIT = 100;

/** If this many pages in a row repeat the first pages in order, the server has started over after the end. */
const LAP_PAGES = 3;

/** Maximum number of empty pages in a row that a count promises. A few may be empty if the server filters after paging. */
const EMPTY_PAGES_LIMIT = 20;

interface ListToSweep extends Keyed {
  readonly name: string;
  readonly perPage: number;
  /** Whether only rows modified since some time are requested. */
  readonly filtered: boolean;
  readonly stampFields: StampFields;
  readonly report: Report;
}

/** Why a window is requested that is not simply the next page. */
type Reason =
  /** The page was refused (404 or 422). */
  | 'refused'
  /** The page was empty although a count promises rows. */
  | 'empty'
  /** The previous page was empty twice although a count promises rows. */
  | 'after empty'
  /** The page had only rows that earlier pages had, although a count promises new ones. */
  | 'known'
  /** Page 2 repeated page 1. A request with half the size shows whether `page` has an effect. */
  | 'probe'
  /** Page 1 again: a row of page 2 may have moved there before page 2 was requested. */
  | 'confirm';

interface Gap {
  /** The first of one or more pages without rows. This first page was requested twice. */
  readonly from: number;
  /** Whether a count promises rows on the first page of the gap. */
  readonly isPromised: boolean;
  readonly how: 'empty' | 'refused';
}

/**
 * One reading of a list, page after page with the same `per-page`. Decides what to request next; no I/O.
 *
 * The rows decide where the list ends; the counts only save requests. Page n + 1 is requested after page n, whatever the counts
 * say. That is correct even for servers that cap or thin pages (docs/architecture.md defines the terms) or ignore `per-page`.
 * The list ends
 *
 * - if both counts agree with each other and with all rows (ListCounts.isEnd), without another request;
 * - at an empty page that no count promises;
 * - from page 2 on, at a page that is refused twice and that no count promises. In a filtered list, also at a page that a count
 *   promises, if the page before it is not full: some servers count rows that the filter excludes. Then a WARN is logged;
 * - if two pages in a row have the same rows, all of which came before, and Total-Count promises no more. After the end, some
 *   servers repeat a page (yiisoft/yii2 issue 11582). A single page without new rows proves nothing: it has the same rows as
 *   the page before if a page of rows was inserted between the two requests.
 *
 * An empty page that a count promises is requested again, and then the next page.
 */
export class Sweep {
  /** The next window to request; undefined at the end. */
  next: Window | undefined;
  /** Whether rows that a count promised did not come, and the reading does not fail because of that. */
  mayMissRows = false;
  readonly counts: ListCounts;
  /** Number of rows that earlier pages had too. This is a sign of movement, unless the list itself has a key twice. */
  repeats = 0;
  /** Keys that came more than once. */
  readonly repeated = new Set<Key>();
  /** Whether page 2 started with the first row of page 1 at two page sizes. In a list that shrinks, that may happen once. */
  private pageHasNoEffect = false;
  /** A watched key that came with two different contents. */
  private differing: Key | undefined;
  /** Number of rows of this sweep that no earlier reading had emitted. */
  newRows = 0;
  private readonly list: ListToSweep;
  /** The constructor explains `seen`, `given` and `watched`. */
  private readonly seen: KeySet;
  private readonly given: KeySet;
  private readonly watched: ReadonlySet<Key>;
  private readonly contents = new Map<Key, string>();
  private reason: Reason | undefined;
  /** Keys of page 1. */
  private firstPage: readonly (Key | undefined)[] | undefined;
  /** Keys of the previous page. */
  private before: readonly (Key | undefined)[] | undefined;
  /** Whether the previous page had no row that is new in this reading. */
  private wasKnown = false;
  /** Whether page 2 was identical to page 1. */
  private hasRepeatedPage = false;
  /** Whether page 1 was unchanged when requested again at the end; undefined if it was not requested again. */
  private isConfirmed: boolean | undefined;
  /** Repeated keys of the last pages without a new row: see noteMovement(). */
  private pendingRepeats: Key[] = [];
  /** Number of pages with few new rows. */
  private stalePages = 0;
  private largestPage = 0;
  /** A hash of the keys of each page, in order. Shows when a server starts over with page 1. */
  private readonly pageHashes: number[] = [];
  private pagesWithRows = 0;
  private gap: Gap | undefined;
  private lastKey: Key | undefined;
  private isOrdered = true;
  private startedAt: number | undefined;
  private hasYoungRow = false;
  private hasUnstampedRow = false;
  /** Sum of key hashes: equal for two sweeps that read the same keys the same number of times, in any order. */
  private digest = 0;

  /**
   * `seen`: keys of the rows that this reading received. `given`: keys of the rows that the walk has emitted in all its
   * readings. `seen` and `given` may be the same set. `watched`: keys whose rows are compared if they come twice. `fromPage`:
   * the first page to request; another reading has read the earlier pages.
   */
  constructor(
    list: ListToSweep,
    sets: { readonly seen: KeySet; readonly given: KeySet },
    { fromPage = 1, watched = new Set() }: { readonly fromPage?: number; readonly watched?: ReadonlySet<Key> } = {},
  ) {
    this.watched = watched;
    this.list = list;
    this.seen = sets.seen;
    this.given = sets.given;
    this.counts = new ListCounts(list.perPage, fromPage === 1);
    this.next = windowOf(fromPage, list.perPage);
  }

  /** Whether the next request is not simply the next page, or a count contradicts the rows. */
  get isIrregular(): boolean {
    return this.reason !== undefined || this.counts.contradiction !== undefined;
  }

  /** `next` and the pages after it, up to the end according to consistent counts. These pages may be requested ahead. */
  *upcoming(): Generator<Window> {
    if (this.next === undefined) return;
    yield this.next;
    const last = this.reason === undefined ? (this.counts.plannedPages ?? 0) : 0;
    for (let number = this.next.page + 1; number <= last; number += 1) yield windowOf(number, this.list.perPage);
  }

  /** Takes the response for `next`. Returns the rows that were not emitted before. */
  take(answer: PageAnswer): JsonObject[] {
    const { page: number } = this.next ?? windowOf(1, this.list.perPage);
    const reason = this.reason;
    this.reason = undefined;
    if (reason === 'confirm') return this.takeConfirmation(answer);
    if ('refusal' in answer) {
      this.takeRefusal(number, reason, answer.refusal);
      return [];
    }
    if (answer.rows.length === 0) {
      this.counts.takeEmpty(answer);
      this.takeEmpty(number, reason, answer);
      return [];
    }
    if (reason === 'after empty') this.reportGap();
    return this.takeRows(number, reason, answer);
  }

  private takeRefusal(number: number, reason: Reason | undefined, refusal: Error): void {
    if (reason === 'probe') this.ask(number + 1);
    else if (reason !== 'refused') this.ask(number, 'refused');
    else if (number > 1 && !this.counts.promises(number)) this.endInGap(true);
    else if (this.list.filtered && (this.gap !== undefined || this.counts.endsShort)) {
      // Some servers count rows that the filter excludes.
      this.gap = { from: number, how: 'refused', ...this.gap, isPromised: true };
      this.endInGap(true);
    } else throw promisedButRefused(this.list.name, number, refusal);
  }

  private takeEmpty(number: number, reason: Reason | undefined, page: Page): void {
    if (reason === 'probe') this.ask(number + 1);
    else if (reason === 'after empty') this.takeFurtherEmpty(number, page);
    else if (!this.mayHaveRows(number, reason, page)) this.end();
    else if (reason !== 'empty') this.ask(number, 'empty');
    else {
      // Some servers count an empty list as one page.
      const isEmptyList = number === 1 && page.totalCount === 0 && page.pageCount === 1;
      const isPromised = !isEmptyList && this.counts.promises(number, page);
      if (!isPromised && this.pagesWithRows === 1) {
        // The counts say that page 1 has all rows. end() requests page 1 again if it may have changed.
        this.end();
        return;
      }
      this.gap = { from: number, isPromised, how: 'empty' };
      this.ask(number + 1, 'after empty');
    }
  }

  private takeFurtherEmpty(number: number, page: Page): void {
    const from = this.gap?.from ?? number;
    const isPromised = this.counts.promises(number + 1, page);
    if (isPromised && number - from < EMPTY_PAGES_LIMIT) this.ask(number + 1, 'after empty');
    else this.endInGap(!isPromised);
  }

  /**
   * Whether an empty page should have rows. If the page is empty twice and its own Total-Count says that the list ends before it,
   * that count is trusted: the rest of the list may have been deleted.
   */
  private mayHaveRows(number: number, reason: Reason | undefined, page: Page): boolean {
    const { counts } = this;
    if (counts.promises(number, page) || counts.lacks(page.totalCount)) return true;
    const saysOtherwise = reason === 'empty' && page.totalCount !== undefined;
    return !saysOtherwise && (counts.promises(number) || counts.missing > 0);
  }

  private takeRows(number: number, reason: Reason | undefined, page: Page): JsonObject[] {
    const { list } = this;
    const keys = page.rows.map(list.keyOf);
    if (reason === undefined && this.isPromisedButKnown(number, keys)) {
      this.ask(number, 'known');
      return [];
    }
    const fresh = this.note(keys, page);
    if (reason === 'probe' && keys[0] !== undefined && keys[0] === this.firstPage?.[0]) {
      this.pageHasNoEffect = true;
      this.next = undefined;
      return fresh.rows;
    }
    if (reason === 'probe') {
      this.ask(number + 1);
      return fresh.rows;
    }
    const isRepeated = fresh.unseen === 0 && this.wasKnown && isSame(keys, this.before);
    const isFirstAgain = number === 2 && isSame(keys, this.firstPage) && keys.length > 1;
    this.firstPage ??= number === 1 ? keys : undefined;
    this.hasRepeatedPage ||= isFirstAgain;
    this.before = keys;
    this.wasKnown = fresh.unseen === 0;
    // If a server starts over in a growing list, or repeats a growing last page, it may never send the same page twice. So
    // pages with few new rows are counted.
    this.largestPage = Math.max(this.largestPage, keys.length);
    // A page that has new rows only when it is requested again counts too, because the list may grow by a page with each
    // request.
    const isStale = reason === 'known' || 2 * fresh.unseen <= keys.length || 20 * fresh.unseen < this.largestPage;
    if (isStale) this.stalePages += 1;
    const hadContradiction = this.counts.contradiction !== undefined;
    this.counts.take(number, page, fresh.unseen);
    if (!hadContradiction) this.reportContradiction();

    if (this.counts.isEnd) this.end();
    else if (isFirstAgain && !this.counts.isTotal(keys.length)) this.ask(number, 'probe', Math.floor(keys.length / 2));
    else if ((isRepeated || this.isSecondLap(keys, number)) && !this.counts.promisesSteadily(number)) this.end();
    else if (this.stalePages > STALE_PAGES_LIMIT) throw leadsNowhere(list.name);
    else this.ask(number + 1);
    return fresh.rows;
  }

  /** Whether a promised page has only rows that earlier pages had. The server may have sent the wrong page. */
  private isPromisedButKnown(number: number, keys: readonly (Key | undefined)[]): boolean {
    if (number === 1 || !this.counts.promises(number)) return false;
    return keys.every((key) => key !== undefined && this.seen.has(key));
  }

  /** Records the rows of a page. Returns the rows to emit, and the number of rows that are new in this reading (`unseen`). */
  private note(keys: readonly (Key | undefined)[], page: Page): { rows: JsonObject[]; unseen: number } {
    if (this.isAllNew(keys)) {
      this.newRows += keys.length;
      this.noteMovement([], keys, page);
      this.seen.add(keys);
      if (this.given !== this.seen) this.given.add(keys);
      return { rows: page.rows, unseen: keys.length };
    }
    const known: Key[] = [];
    const unseen = new Set<Key>();
    const rows: JsonObject[] = [];
    for (const [index, key] of keys.entries()) {
      const row = page.rows[index] as JsonObject;
      if (key !== undefined && this.watched.has(key)) this.compareContents(key, row);
      if (key === undefined) {
        rows.push(row);
      } else if (unseen.has(key) || this.seen.has(key)) {
        known.push(key);
      } else {
        unseen.add(key);
        if (!this.given.has(key)) rows.push(row);
      }
    }
    this.newRows += rows.length;
    const keysToAdd = [...unseen];
    if (unseen.size > 0) this.noteMovement(known, keysToAdd, page);
    else this.pendingRepeats.push(...known);
    this.seen.add(keysToAdd);
    if (this.given !== this.seen) this.given.add(keysToAdd.filter((key) => !this.given.has(key)));
    return { rows, unseen: unseen.size + keys.filter((key) => key === undefined).length };
  }

  /** Whether all keys are below those read before: a fast path, because nearly every page of an ordered list is like that. */
  private isAllNew(keys: readonly (Key | undefined)[]): keys is readonly Key[] {
    const [first] = keys;
    if (first === undefined || this.watched.size > 0) return false;
    return (
      this.seen.isAbove(first) && this.given.isAbove(first) && !keys.includes(undefined) && isFalling(keys as Key[])
    );
  }

  /**
   * Counts repeated rows. A page without new rows may be a repetition after the end of the list. That is not movement, so the
   * repeated rows of such a page count only when a later page has a new row.
   */
  private noteMovement(known: readonly Key[], unseen: readonly Key[], page: Page): void {
    const { clocks, rows } = page;
    const { stampFields } = this.list;
    const repeats = [...this.pendingRepeats, ...known];
    this.pendingRepeats = [];
    this.repeats += repeats.length;
    for (const key of repeats) {
      this.repeated.add(key);
      this.digest = (this.digest + hashOf(String(key))) % Number.MAX_SAFE_INTEGER;
    }
    for (const key of unseen) this.digest = (this.digest + hashOf(String(key))) % Number.MAX_SAFE_INTEGER;
    this.startedAt ??= clocks.earlier;
    this.pagesWithRows += 1;
    const youngSince = this.startedAt - VISIBLE_AFTER;
    this.hasUnstampedRow ||= rows.some((row) => stampFields.every((field) => !row[field]));
    if (this.pagesWithRows > 1 || !this.isOrdered) this.hasYoungRow ||= pageStamp(page, stampFields) >= youngSince;
    const all = [...(this.lastKey === undefined ? [] : [this.lastKey]), ...unseen];
    if (this.isOrdered && (known.length > 0 || !this.list.isSortable || !isFalling(all))) {
      this.isOrdered = false;
      this.hasYoungRow ||= pageStamp(page, stampFields) >= youngSince;
    }
    this.lastKey = all.at(-1);
  }

  /**
   * Whether the list was read completely: it did not change during the reading, or the previous reading had the same rows.
   * Unchanged counts prove this only if no row was inserted: an insertion and a deletion together do not change a count. An
   * inserted row is young. So an ordered list must have no young row after page 1. In an unordered list all rows must have
   * stamps and none may be young.
   */
  isSettled(before: Sweep | undefined): boolean {
    const { totalChanged, isEnd } = this.counts;
    if (this.pageHasNoEffect) return false;
    if (before === undefined && this.pagesWithRows <= 1 && !totalChanged) return this.isConfirmed !== false;
    const isStill = this.repeats === 0 && !totalChanged && isEnd;
    if (before === undefined) return isStill && !this.hasYoungRow && (this.isOrdered || !this.hasUnstampedRow);
    return (isStill && this.newRows === 0) || (this.digest === before.digest && this.repeats === before.repeats);
  }

  /** Whether there is no sign of movement, but the counts do not prove that the list ends here. */
  get lacksProof(): boolean {
    return this.repeats === 0 && !this.counts.totalChanged && !this.counts.isEnd;
  }

  private compareContents(key: Key, row: JsonObject): void {
    const content = JSON.stringify(row);
    const before = this.contents.get(key);
    if (before !== undefined && before !== content) this.differing ??= key;
    this.contents.set(key, content);
  }

  /** Whether `before` and this reading had the same page 1, and both got the same rows whatever page they requested. */
  showsThatPageHasNoEffect(before: Sweep): boolean {
    return this.pageHasNoEffect && before.pageHasNoEffect && isSame(this.firstPage ?? [], before.firstPage);
  }

  private ask(number: number, reason?: Reason, size = this.list.perPage): void {
    this.next = windowOf(number, size);
    this.reason = reason;
  }

  private end(): void {
    this.next = undefined;
    if (this.isConfirmed === undefined && this.mayHaveShifted()) this.ask(1, 'confirm');
  }

  /**
   * Whether rows may have moved from page 2 to page 1 between the two requests, because rows of page 1 were deleted. That is
   * possible if page 1 is full or the size of a full page is unknown, page 2 is empty, and no count says that page 1 is the
   * whole list. It is also possible if Total-Count promises more rows than page 1 has.
   */
  private mayHaveShifted(): boolean {
    const { mayBeFull, missing } = this.counts;
    return this.pagesWithRows === 1 && !this.hasRepeatedPage && (mayBeFull || missing > 0);
  }

  private takeConfirmation(answer: PageAnswer): JsonObject[] {
    this.next = undefined;
    this.isConfirmed = false;
    if ('refusal' in answer) return [];
    const keys = answer.rows.map(this.list.keyOf);
    this.isConfirmed = isSame(keys, this.firstPage);
    return this.note(keys, answer).rows;
  }

  /** Whether the server has started over with its first pages. */
  private isSecondLap(keys: readonly (Key | undefined)[], number: number): boolean {
    const hashes = this.pageHashes;
    hashes.push(keys.reduce((hash: number, key) => (hash * 31 + hashOf(String(key ?? ''))) % 2 ** 32, 7));
    const lap = Math.min(LAP_PAGES, Math.floor(hashes.length / 2));
    if (lap < 2 || !this.wasKnown || number < 2 * lap) return false;
    return hashes.slice(-lap).every((hash, index) => hash === hashes[index]);
  }

  /** Logs what the finished reading shows about the server. */
  writeFindings(): void {
    const { promised, distinct, promisedPages, lastPage } = this.counts;
    if (promised > distinct) this.list.report.fewerRows(distinct, promised);
    else if (promised < distinct && promisedPages > lastPage) this.list.report.fewerPages(lastPage, promisedPages);
    else if (this.repeats > 0) this.list.report.repeatedRows(this.repeats, promised === distinct);
    if (this.differing !== undefined) this.list.report.differingRows(String(this.differing));
  }

  /**
   * Ends the reading after empty pages that a count promised. `isLookedThrough`: whether no count promises further pages.
   * Throws, unless the list is filtered, or a count had already contradicted the rows and no count promises further pages. For
   * an unfiltered list without any row it always throws, because overwrite mode would empty the table.
   */
  private endInGap(isLookedThrough: boolean): void {
    const { filtered, name } = this.list;
    if (this.gap?.isPromised !== true) {
      this.end();
      return;
    }
    const { distinct, contradiction } = this.counts;
    const isExcused = distinct > 0 && contradiction !== undefined && isLookedThrough;
    if (!filtered && !isExcused) throw stayedEmpty(name, this.gap.from, distinct);
    this.reportGap();
    this.next = undefined;
  }

  private reportGap(): void {
    if (this.gap === undefined) return;
    this.mayMissRows = true;
    this.counts.skip();
    this.list.report.promisedPage(this.gap.from, this.gap.how);
    this.gap = undefined;
  }

  private reportContradiction(): void {
    if (this.counts.contradiction !== undefined) this.list.report.contradiction(this.counts.contradiction);
  }
}

function isSame(keys: readonly (Key | undefined)[], others: readonly (Key | undefined)[] | undefined): boolean {
  return keys.length === others?.length && keys.every((key, index) => key !== undefined && key === others[index]);
}

function leadsNowhere(name: string): UnsettledList {
  return new UnsettledList(
    'system_error',
    `The list of ${name} does not end: ${STALE_PAGES_LIMIT} pages had almost no new rows. If the list grows as fast as the connector reads it, run the sync again when fewer rows are being changed. Otherwise check the address of the API and the page parameters.`,
  );
}

function promisedButRefused(name: string, number: number, refusal: Error): Error {
  if (number === 1 || !(refusal instanceof ConnectorError)) return refusal;
  const message = `The server refused page ${number} of ${name} twice, although its Total-Count or Page-Count says that this page has rows. The stream fails, because otherwise rows would be missing without notice. Run the sync again.`;
  return new ConnectorError('transient_error', message, { internalMessage: refusal.message, cause: refusal });
}

function stayedEmpty(name: string, number: number, received: number): ConnectorError {
  return new ConnectorError(
    'transient_error',
    `The server's Total-Count or Page-Count says that page ${number} of ${name} has rows, but it was empty twice, and no later page has rows. ${counted(received, 'row')} came before it. The stream fails, because otherwise rows would be missing without notice. Run the sync again.`,
  );
}
