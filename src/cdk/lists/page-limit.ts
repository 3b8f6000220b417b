import type { PageAnswer } from './page.ts';
import { UnsettledList } from './unsettled-list.ts';

/** Maximum number of pages that one walk requests in all its readings: four million rows with 200 rows a page. */
const PAGES_LIMIT = 20_000;

/**
 * For a longer list, the limit is this many times the number of pages that its first page promises. A walk may need five readings
 * of the list.
 */
const TIMES_PROMISED_LIMIT = 10;

/** Ends a walk over a list that grows as fast as it is read, or whose pages never end. */
export class PageLimit {
  private readonly name: string;
  private readonly leastLimit: number;
  private limit: number | undefined;
  private pages = 0;

  constructor(name: string, leastLimit = PAGES_LIMIT) {
    this.name = name;
    this.leastLimit = leastLimit;
  }

  take(answer: PageAnswer): void {
    this.limit ??= Math.max(this.leastLimit, TIMES_PROMISED_LIMIT * promisedPages(answer));
    this.pages += 1;
    if (this.pages > this.limit) throw doesNotEnd(this.name, this.limit);
  }
}

function promisedPages(answer: PageAnswer): number {
  if ('refusal' in answer || answer.rows.length === 0) return 0;
  return Math.ceil((answer.totalCount ?? 0) / answer.rows.length);
}

function doesNotEnd(name: string, pages: number): UnsettledList {
  return new UnsettledList(
    'transient_error',
    `The list of ${name} has not ended after ${pages} pages. Either the list grows as fast as the connector reads it, or the server never stops sending rows. Run the sync again when fewer rows are being changed. If the error persists, check the address of the API and the page parameters.`,
  );
}
