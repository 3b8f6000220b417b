import { PER_PAGE } from '../../float/lists.ts';
import { newestStamp, stampOf, VISIBLE_AFTER } from '../changes/stamps.ts';
import type { Clocks } from '../http/clocks.ts';
import { ConnectorError } from '../protocol/errors.ts';
import type { LogLevel } from '../protocol/messages.ts';
import { identityOf, type Keyed } from './keys.ts';
import { type Fresh, type Mark, OrderlyReading } from './orderly-reading.ts';
import type { Page } from './page.ts';
import { PagesAhead, type ReadAhead } from './read-ahead.ts';
import { type Window, windowOf } from './windows.ts';

/** Rows that were not given out before in this walk. */
export interface Part extends Fresh {
  readonly totalCount: number | undefined;
  readonly clocks: Clocks;
  /** Where a later walk can go on after these rows; absent where the list has no order. */
  readonly mark: Mark | undefined;
  /** Whether rows that a count promises did not come: then the cursor must not move. */
  readonly mayMissRows: boolean;
}

export interface Walk extends Keyed {
  readonly name: string;
  readonly getPage: (window: Window) => Promise<Page>;
  readonly ahead: ReadAhead;
  /** Whether a row may enter anywhere in the list, not only at its top: a list of rows modified since some time. */
  readonly filtered: boolean;
  /** Where an earlier walk of the same list stood, and when it began (epoch milliseconds by the server's clock). */
  readonly resume?: { readonly mark: Mark; readonly began: number } | undefined;
  readonly log: (level: LogLevel, sentence: string) => void;
}

/** So many answers without a new row: the list moves faster than it can be read, or the server talks nonsense. */
const MOST_IDLE_ANSWERS = 100;
const MOST_READINGS = 5;

/**
 * Walks over a list and gives out every row that stands in it throughout, none twice; the first part comes in any case.
 * Lists come in pages, newest key first, and may move while they are read; OrderlyReading says how that is met.
 * A list in another order is read until a whole reading met no movement, and the keys of all its rows are kept meanwhile.
 */
export async function* walkPages(walk: Walk): AsyncGenerator<Part> {
  const pages = new PagesAhead(walk.getPage, walk.ahead);
  const reading = new OrderlyReading(walk);
  try {
    for (let isFirst = true; reading.next !== undefined; isFirst = false) {
      const page = await pages.get(reading.next);
      const fresh = reading.take(page);
      if (fresh === undefined) return yield* walkWithoutOrder(walk, isFirst ? page : undefined);
      if (reading.idleAnswers > MOST_IDLE_ANSWERS) throw restless(walk.name);
      pages.expect(reading.upcoming());
      if (fresh.rows.length > 0 || isFirst) yield toPart(page, fresh, reading.mark);
    }
  } finally {
    pages.forget();
  }
}

/**
 * Float does not say what follows the last page, and Yii2, which it seems to be built on, repeats the last one
 * (yiisoft/yii2 issue 11582); counts are missing from some answers. So a reading ends at whichever comes first:
 * an empty page; the page that Page-Count names; without Page-Count, a page that is not full; a Current-Page behind
 * the page asked for; a page whose first row was the first row of a page before.
 * Counts vouch for a reading only if no row can have entered meanwhile, that is, if all rows are stamped and none is young:
 * one that enters makes up for one that leaves. Otherwise a second reading must find the same.
 * `first`: the first page, where it was read already.
 */
async function* walkWithoutOrder(walk: Walk, first: Page | undefined): AsyncGenerator<Part> {
  let ready = first;
  let began: number | undefined;
  const given = new Set<string>();
  for (let readings = 1; readings <= MOST_READINGS; readings += 1) {
    const seen = new Set<string>();
    const firsts = new Set<string>();
    const counts = new Set<number | undefined>();
    let fresh = 0;
    let repeats = 0;
    let isOld = true;
    for (let number = 1, more = true; more; number += 1) {
      const page: Page = ready ?? (await walk.getPage(windowOf(number, PER_PAGE)));
      ready = undefined;
      const identities = page.rows.map((row) => identityOf(row, walk));
      const [head] = identities;
      if (head === undefined || firsts.has(head) || (page.currentPage ?? number) < number) break;
      firsts.add(head);
      counts.add(page.totalCount);
      repeats += identities.filter((identity) => seen.has(identity)).length;
      const rows = page.rows.filter((_, index) => !given.has(identities[index] ?? ''));
      for (const identity of identities) {
        seen.add(identity);
        given.add(identity);
      }
      fresh += rows.length;
      began ??= page.clocks.earlier;
      const since = began - VISIBLE_AFTER;
      isOld &&= page.rows.every((row) => (stampOf(row) ?? since) < since);
      if (rows.length > 0) yield toPart(page, { rows, newest: newestStamp(rows) }, undefined);
      more = page.pageCount === undefined ? page.rows.length >= (page.perPage ?? PER_PAGE) : number < page.pageCount;
    }
    const [count, ...otherCounts] = counts;
    const still = otherCounts.length === 0 && repeats === 0;
    const whole = fresh === 0 || (isOld && count !== undefined && seen.size >= count);
    if (firsts.size <= 1 || (still && whole)) return;
    walk.log('INFO', `${walk.name}: the list moved while it was read, and has no order; it is read once more.`);
  }
  throw restless(walk.name);
}

function toPart({ totalCount, clocks }: Page, fresh: Fresh, mark: Mark | undefined): Part {
  return { ...fresh, totalCount, clocks, mark, mayMissRows: false };
}

function restless(name: string): ConnectorError {
  return new ConnectorError(
    'transient_error',
    `The list of ${name} changed all the time while it was read, so that nobody can say whether it was read whole. Start the sync again at a quieter time.`,
  );
}
