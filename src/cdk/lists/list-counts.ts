import type { Page } from './page.ts';

/** The counts of one page, as far as it carries them. */
type Counts = Pick<Page, 'totalCount' | 'pageCount'>;

/**
 * What the server's counts (Total-Count, Page-Count, Per-Page) are worth for one reading of a list. They save requests
 * where they agree with each other and with the rows. A count that contradicts the rows is ignored from then on: it
 * neither ends the list nor promises a page.
 */
export class ListCounts {
  /** A count that contradicts the rows, for the log. */
  contradiction: string | undefined;
  /** Rows of all pages that brought a new one, repeats included. */
  received = 0;
  /** Rows received that no earlier page of this reading had. */
  distinct = 0;
  /** Whether Total-Count was another one on some page: then the list moved, or the count says nothing. */
  totalChanged = false;
  private largestTotal = 0;
  private largestPages = 0;
  private readonly perPage: number;
  private readonly isWhole: boolean;
  private total: number | undefined;
  private pages: number | undefined;
  private ignoresTotal = false;
  private ignoresPages = false;
  private size: number | undefined;
  /** Per-Page as page 1 has it. */
  private named: number | undefined;
  private isTotalOnEach = true;
  private isEachFull = true;
  private lastLength = 0;
  private number = 0;

  /** `perPage`: rows asked for. `isWhole`: whether the reading begins with page 1, so that sums of rows mean something. */
  constructor(perPage: number, isWhole: boolean) {
    this.perPage = perPage;
    this.isWhole = isWhole;
  }

  /** Takes page `number`, the pages before it taken already. `fresh`: rows of it that no earlier page had. */
  take(number: number, page: Page, fresh: number): void {
    const { length } = page.rows;
    if (this.size === undefined) this.total = page.totalCount;
    else if (page.totalCount !== undefined && page.totalCount !== this.total) this.totalChanged = true;
    if (page.totalCount === undefined) this.isTotalOnEach = false;
    this.largestTotal = Math.max(this.largestTotal, page.totalCount ?? 0);
    this.largestPages = Math.max(this.largestPages, page.pageCount ?? 0);
    this.total = page.totalCount ?? this.total;
    this.pages = page.pageCount ?? this.pages;
    // A reading that does not begin with page 1 follows overlapping windows, on a server that keeps to the size asked for.
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

  /** A page that a count promises stayed empty, though later ones have rows: what follows is not proved by sums any more. */
  skip(): void {
    this.isEachFull = false;
  }

  private compare(number: number, fresh: number): void {
    const { total, pages } = this;
    if (this.isWhole && total !== undefined && !this.totalChanged && this.distinct > total) {
      this.ignoresTotal = true;
      this.contradiction ??= `Total-Count is ${total}, but ${this.distinct} rows came`;
    }
    if (pages !== undefined && fresh > 0 && number > pages) {
      this.ignoresPages = true;
      this.contradiction ??= `Page-Count is ${pages}, but page ${number} has rows`;
    }
  }

  /** Whether both counts agree with each other and with all rows received so far, so that this is the end of the list. */
  get isEnd(): boolean {
    const { total, pages, size = this.perPage } = this;
    if (total === undefined || pages === undefined || this.totalChanged || this.contradiction !== undefined)
      return false;
    // With a row twice, another one may be missing.
    const agree = pages === pagesOf(total, size) && this.number === Math.max(1, pages);
    return agree && this.isTotalOnEach && this.isEachFull && this.received === total && this.distinct === total;
  }

  /** How many pages the list has, where both counts agree and nothing speaks against them; undefined elsewhere. */
  get plannedPages(): number | undefined {
    const { total, pages, size = this.perPage } = this;
    if (total === undefined || this.totalChanged || this.contradiction !== undefined) return undefined;
    return pages === pagesOf(total, size) ? pages : undefined;
  }

  /** Whether a count that nothing contradicts says that page `number` has rows. `own`: the counts of that very page. */
  promises(number: number, own: Partial<Counts> = {}): boolean {
    const hasOwn = own.totalCount !== undefined || own.pageCount !== undefined;
    const total = this.ignoresTotal ? undefined : hasOwn ? own.totalCount : this.total;
    const pages = this.ignoresPages ? undefined : hasOwn ? own.pageCount : this.pages;
    return isWithin(number, total, pages, this.size ?? this.perPage);
  }

  /** Whether page `number` is followed by rows according to a count that was the same on every page and that no rows contradict. */
  promisesSteadily(number: number): boolean {
    const total = this.ignoresTotal || this.totalChanged ? undefined : this.total;
    const pages = this.ignoresPages ? undefined : this.pages;
    return isWithin(number, total, undefined, this.size ?? this.perPage) || (pages !== undefined && number < pages);
  }

  /** How many rows a Total-Count that did not change and that nothing contradicts promises beyond those received. */
  get missing(): number {
    if (!this.isWhole || this.ignoresTotal || this.totalChanged) return 0;
    return Math.max(0, (this.total ?? 0) - this.received);
  }

  /**
   * The most rows that any page promised of a list that stood still, whether the total changed or was contradicted by other pages.
   * Rows that came twice do not stand in for others.
   */
  get promised(): number {
    return this.isWhole ? this.largestTotal : 0;
  }

  /** The most pages that any page promised. */
  get promisedPages(): number {
    return this.largestPages;
  }

  /** The number of the last page that had rows. */
  get lastPage(): number {
    return this.number;
  }

  /** Whether fewer rows came than the Total-Count of a later page says. */
  lacks(totalCount: number | undefined): boolean {
    return this.isWhole && !this.ignoresTotal && totalCount !== undefined && totalCount > this.received;
  }

  /** Whether page 1 may be a full one: its rows are as many as Per-Page, or nothing tells how many a full page has. */
  get mayBeFull(): boolean {
    const isTotal = !this.ignoresTotal && !this.totalChanged && this.total === this.distinct;
    return this.isWhole && !isTotal && (this.named === undefined || this.distinct >= this.named);
  }

  /** Whether Total-Count says that the list has just so many rows. */
  isTotal(rows: number): boolean {
    return this.total === rows;
  }
}

function isWithin(number: number, total: number | undefined, pages: number | undefined, size: number): boolean {
  const isInTotal = total !== undefined && (number - 1) * size < total;
  return isInTotal || (pages !== undefined && number <= pages);
}

/** Whether two counts of one page agree with each other and with its place and length. */
export function isConsistent(page: Page, start: number, size: number): boolean {
  if (!countsAgree(page, size)) return false;
  return page.rows.length === Math.min(size, Math.max(0, (page.totalCount ?? 0) - start));
}

/** Whether a page has both counts, and they agree with each other for pages of `size` rows. */
export function countsAgree({ totalCount, pageCount }: Page, size: number): boolean {
  return totalCount !== undefined && pageCount === pagesOf(totalCount, size);
}

function pagesOf(total: number, size: number): number {
  return Math.ceil(total / size);
}

/**
 * How many rows a full page has: Per-Page where the server sends it and page 1 has no more rows, else the rows of page 1.
 * Where both counts are there, they decide between the two: a server may cap its pages and still name the size asked for.
 */
function sizeOf({ rows, perPage, totalCount, pageCount }: Page, asked: number): number {
  const { length } = rows;
  const named = perPage !== undefined && perPage >= Math.max(1, length) ? perPage : undefined;
  const isOnlyPage = totalCount === length || length === 0;
  const candidates = [named, isOnlyPage ? asked : length].filter((size) => size !== undefined);
  const fitting = candidates.find((size) => totalCount !== undefined && pageCount === pagesOf(totalCount, size));
  return fitting ?? candidates[0] ?? asked;
}
