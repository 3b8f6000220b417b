import { counted } from '../protocol/counted.ts';
import type { Page } from './page.ts';

/** The counts that one page contains. */
type Counts = Pick<Page, 'totalCount' | 'pageCount'>;

/**
 * Checks the server's counts (Total-Count, Page-Count, Per-Page) during one reading of a list. A count "promises" a page if, by
 * that count, the page has rows. Counts that agree with each other and with the rows save requests. A count that contradicts the
 * rows is ignored from then on: it neither ends the list nor promises a page.
 */
export class ListCounts {
  /** Which count contradicts the rows, as a clause for the log; undefined if none does. */
  contradiction: string | undefined;
  /** Number of rows on pages with at least one new row, repeats included. */
  received = 0;
  /** Number of different rows received in this reading. */
  distinct = 0;
  /** Whether Total-Count changed between pages. Then the list changed, or the count is wrong. */
  totalChanged = false;
  private largestTotal = 0;
  private largestPages = 0;
  private readonly perPage: number;
  private readonly isWhole: boolean;
  private total: number | undefined;
  private pages: number | undefined;
  private ignoresTotal = false;
  private ignoresPages = false;
  /** Number of rows on a full page. Undefined before the first page. */
  private size: number | undefined;
  /** Per-Page of page 1. */
  private named: number | undefined;
  private isTotalOnEach = true;
  private isEachFull = true;
  private lastLength = 0;
  /** Number of the last page that had rows. */
  private number = 0;

  /**
   * `perPage`: the requested page size. `isWhole`: whether the reading starts with page 1. Only then can the number of rows
   * received be compared with Total-Count.
   */
  constructor(perPage: number, isWhole: boolean) {
    this.perPage = perPage;
    this.isWhole = isWhole;
  }

  /** Takes page `number`; pages must come in order. `fresh`: number of its rows that no earlier page had. */
  take(number: number, page: Page, fresh: number): void {
    const { length } = page.rows;
    if (this.size === undefined) this.total = page.totalCount;
    else if (page.totalCount !== undefined && page.totalCount !== this.total) this.totalChanged = true;
    if (page.totalCount === undefined) this.isTotalOnEach = false;
    this.largestTotal = Math.max(this.largestTotal, page.totalCount ?? 0);
    this.largestPages = Math.max(this.largestPages, page.pageCount ?? 0);
    this.total = page.totalCount ?? this.total;
    this.pages = page.pageCount ?? this.pages;
    // A reading that does not start with page 1 continues one with overlapping windows. For those, the server must honour
    // `per-page`.
    if (this.size === undefined) this.named = page.perPage;
    this.size ??= this.isWhole ? sizeOf(page, this.perPage) : this.perPage;
    if ((this.number > 0 && this.lastLength !== this.size) || length > this.size) this.isEachFull = false;
    this.number = number;
    this.lastLength = length;
    if (fresh > 0) this.received += length;
    this.distinct += fresh;
    this.compare(number, fresh);
  }

  /** Takes a page without rows. */
  takeEmpty({ totalCount }: Page): void {
    if (this.size !== undefined && totalCount !== undefined && totalCount !== this.total) this.totalChanged = true;
  }

  /** A promised page was empty twice, although later pages have rows. From now on, the counts cannot prove where the list ends. */
  skip(): void {
    this.isEachFull = false;
  }

  private compare(number: number, fresh: number): void {
    const { total, pages } = this;
    if (this.isWhole && total !== undefined && !this.totalChanged && this.distinct > total) {
      this.ignoresTotal = true;
      this.contradiction ??= `Total-Count is ${total}, but ${counted(this.distinct, 'row')} came`;
    }
    if (pages !== undefined && fresh > 0 && number > pages) {
      this.ignoresPages = true;
      this.contradiction ??= `Page-Count is ${pages}, but page ${number} has rows`;
    }
  }

  /** Whether Total-Count and Page-Count agree with each other and with all rows received. Then no further page is needed. */
  get isEnd(): boolean {
    const { total, pages, size = this.perPage } = this;
    if (total === undefined || pages === undefined || this.totalChanged || this.contradiction !== undefined)
      return false;
    // `distinct` must equal the total too: if a row came twice, another one may be missing.
    const agree = pages === pagesOf(total, size) && this.number === Math.max(1, pages);
    return agree && this.isTotalOnEach && this.isEachFull && this.received === total && this.distinct === total;
  }

  /** Number of pages in the list, if both counts agree and nothing contradicts them; else undefined. */
  get plannedPages(): number | undefined {
    const { total, pages, size = this.perPage } = this;
    if (total === undefined || this.totalChanged || this.contradiction !== undefined) return undefined;
    return pages === pagesOf(total, size) ? pages : undefined;
  }

  /** Whether an uncontradicted count says that page `number` has rows. `own`: the counts that came with that page. */
  promises(number: number, own: Partial<Counts> = {}): boolean {
    const hasOwn = own.totalCount !== undefined || own.pageCount !== undefined;
    const total = this.ignoresTotal ? undefined : hasOwn ? own.totalCount : this.total;
    const pages = this.ignoresPages ? undefined : hasOwn ? own.pageCount : this.pages;
    return isWithin(number, total, pages, this.size ?? this.perPage);
  }

  /** Whether an uncontradicted count that was the same on every page says that more rows follow page `number`. */
  promisesSteadily(number: number): boolean {
    const total = this.ignoresTotal || this.totalChanged ? undefined : this.total;
    const pages = this.ignoresPages ? undefined : this.pages;
    return isWithin(number, total, undefined, this.size ?? this.perPage) || (pages !== undefined && number < pages);
  }

  /** Number of rows still to come according to Total-Count; 0 if Total-Count changed or is contradicted. */
  get missing(): number {
    if (!this.isWhole || this.ignoresTotal || this.totalChanged) return 0;
    return Math.max(0, (this.total ?? 0) - this.received);
  }

  /**
   * The largest Total-Count of all pages, even if it changed or other pages contradict it. Compare this with `distinct`,
   * because a row that came twice does not replace a missing one.
   */
  get promised(): number {
    return this.isWhole ? this.largestTotal : 0;
  }

  /** The largest Page-Count of all pages. */
  get promisedPages(): number {
    return this.largestPages;
  }

  /** The number of the last page that had rows. */
  get lastPage(): number {
    return this.number;
  }

  /** Whether the last page with rows has fewer rows than a full page. */
  get endsShort(): boolean {
    return this.size !== undefined && this.lastLength < this.size;
  }

  /** Whether fewer rows came than the Total-Count of a later page says. */
  lacks(totalCount: number | undefined): boolean {
    return this.isWhole && !this.ignoresTotal && totalCount !== undefined && totalCount > this.received;
  }

  /** Whether page 1 may be full: it has Per-Page rows, or the size of a full page is unknown. */
  get mayBeFull(): boolean {
    const isTotal = !this.ignoresTotal && !this.totalChanged && this.total === this.distinct;
    return this.isWhole && !isTotal && (this.named === undefined || this.distinct >= this.named);
  }

  /** Whether Total-Count equals this number of rows. */
  isTotal(rows: number): boolean {
    return this.total === rows;
  }
}

function isWithin(number: number, total: number | undefined, pages: number | undefined, size: number): boolean {
  const isInTotal = total !== undefined && (number - 1) * size < total;
  return isInTotal || (pages !== undefined && number <= pages);
}

/** Whether Total-Count and Page-Count of a page agree with each other and with the position and length of the page. */
export function isConsistent(page: Page, start: number, size: number): boolean {
  if (!countsAgree(page, size)) return false;
  return page.rows.length === Math.min(size, Math.max(0, (page.totalCount ?? 0) - start));
}

/** Whether a page has both Total-Count and Page-Count, and they agree for pages of `size` rows. */
export function countsAgree({ totalCount, pageCount }: Page, size: number): boolean {
  return totalCount !== undefined && pageCount === pagesOf(totalCount, size);
}

/** Total-Count of the first page, unless its Page-Count contradicts it. Some servers count an empty list as one page. */
export function agreedTotal(page: Page, asked: number): number | undefined {
  const { totalCount, pageCount } = page;
  if (totalCount === undefined || pageCount === undefined) return totalCount;
  const pages = pagesOf(totalCount, sizeOf(page, asked));
  return Math.max(1, pageCount) === Math.max(1, pages) ? totalCount : undefined;
}

function pagesOf(total: number, size: number): number {
  return Math.ceil(total / size);
}

/**
 * Number of rows on a full page: Per-Page if the server sends it and page 1 does not have more rows, else the length of page 1.
 * If Total-Count and Page-Count exist, the size that fits both is used, because a server may cap its pages but repeat the
 * requested size in Per-Page.
 */
function sizeOf({ rows, perPage, totalCount, pageCount }: Page, asked: number): number {
  const { length } = rows;
  const named = perPage !== undefined && perPage >= Math.max(1, length) ? perPage : undefined;
  const isOnlyPage = totalCount === length || length === 0;
  const candidates = [named, isOnlyPage ? asked : length].filter((size) => size !== undefined);
  const fitting = candidates.find((size) => totalCount !== undefined && pageCount === pagesOf(totalCount, size));
  return fitting ?? candidates[0] ?? asked;
}
