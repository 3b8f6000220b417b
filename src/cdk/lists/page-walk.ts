import type { Clocks } from '../http/clocks.ts';
import type { JsonObject } from '../protocol/json.ts';
import type { LogLevel } from '../protocol/messages.ts';
import { DEFAULT_STAMP_FIELDS, type StampFields } from '../records/stamps.ts';
import { KeySet } from './key-set.ts';
import type { Keyed } from './keys.ts';
import { agreedTotal } from './list-counts.ts';
import { type Handover, OrderlyReading } from './orderly-reading.ts';
import type { Page, PageAnswer } from './page.ts';
import { PageLimit } from './page-limit.ts';
import { stampOfFresh } from './page-stamp.ts';
import type { ListPosition, Resume } from './position.ts';
import { type GetPage, PagesAhead, type ReadAhead } from './read-ahead.ts';
import { Report } from './report.ts';
import { Sweep } from './sweep.ts';
import { UnsettledList } from './unsettled-list.ts';
import { windowOf } from './windows.ts';

/** A page without the rows that this walk has emitted before. */
export interface Part {
  readonly rows: JsonObject[];
  /** Their latest stamp in epoch milliseconds; -Infinity if none has one. */
  readonly newest: number;
  readonly totalCount: number | undefined;
  /** Number of rows in the list according to the first page; undefined if its counts are missing or contradict each other. */
  readonly agreedTotal: number | undefined;
  readonly clocks: Clocks;
  /** Where a later walk can continue after these rows; undefined if the list is not ordered. */
  readonly position: ListPosition | undefined;
  /** Whether rows are missing that a count promises. Then the cursor must not move. */
  readonly mayMissRows: boolean;
}

export interface Walk extends Keyed {
  readonly name: string;
  readonly getPage: GetPage;
  readonly ahead: ReadAhead;
  /** Rows requested with each page: the server's maximum. */
  readonly perPage: number;
  /** Whether the list contains only rows modified since some time. Then a row may appear anywhere in it, not only at the top. */
  readonly filtered: boolean;
  /** Default: `modified`, else `created`. */
  readonly stampFields?: StampFields;
  readonly resume?: Resume | undefined;
  /** Maximum number of whole readings of an unordered list. */
  readonly readingsLimit?: number;
  /** Maximum number of pages in all readings, unless the first page promises more. */
  readonly pagesLimit?: number | undefined;
  readonly log: (level: LogLevel, sentence: string) => void;
}

const READINGS_LIMIT = 5;

/**
 * Walks over a list and yields every row that is in it during the whole walk, none twice. The first part is yielded even if it
 * has no rows. Rows may move between pages during the walk. An ordered list is read with windows that overlap if needed
 * (OrderlyReading). Any other list, or a list whose pages or counts are irregular, is read page after page (Sweep). Such
 * readings are repeated until the list did not change during one of them, or two of them have the same rows.
 */
export async function* walkPages(walk: Walk): AsyncGenerator<Part> {
  const { stampFields = DEFAULT_STAMP_FIELDS } = walk;
  const list = { ...walk, stampFields, report: new Report(walk.name, walk.log) };
  const pages = new PagesAhead(walk.getPage, walk.ahead);
  const limit = new PageLimit(walk.name, walk.pagesLimit);
  const given = new KeySet();
  const reading = new OrderlyReading(list, given);
  const parts = new Parts(stampFields, walk.perPage);
  try {
    const progress = { pages, limit, given, parts };
    yield* readPages(reading, progress, ({ position }) => ({ position }));
    const { handover } = reading;
    const isOrderly = handover === undefined || (yield* readPageByPage(list, progress, handover)) === 'tail';
    if (isOrderly && walk.resume === undefined && parts.lacksRows) yield* readTopAgain(list, progress);
  } finally {
    pages.forget();
  }
}

interface OneList extends Walk {
  readonly stampFields: StampFields;
  readonly report: Report;
}

interface PartContext {
  readonly position?: ListPosition | undefined;
  readonly mayMissRows?: boolean;
}

interface Progress {
  readonly pages: PagesAhead;
  readonly limit: PageLimit;
  readonly given: KeySet;
  readonly parts: Parts;
}

/** Requests the pages that a reading asks for, until it asks for no more. `context`: what a part says besides its rows. */
async function* readPages<R extends OrderlyReading | Sweep>(
  reading: R,
  { pages, limit, parts }: Progress,
  context: (reading: R) => PartContext,
): AsyncGenerator<Part> {
  while (reading.next !== undefined) {
    const answer = await pages.get(reading.next);
    limit.take(answer);
    const rows = reading.take(answer);
    pages.expect(reading.upcoming());
    yield* parts.of(answer, rows, context(reading));
  }
}

/** Returns `tail` if only the end of an ordered list was read page by page, else `whole`. */
async function* readPageByPage(
  list: OneList,
  progress: Progress,
  { sweep: first, isTail }: Handover,
): AsyncGenerator<Part, 'tail' | 'whole'> {
  let sweep = first;
  let before: Sweep | undefined;
  const { readingsLimit = READINGS_LIMIT } = list;
  for (let readings = 1; readings <= readingsLimit; readings += 1) {
    yield* readPages(sweep, progress, ({ mayMissRows }) => ({ mayMissRows }));
    const isSettled = isTail && readings === 1 ? sweep.newRows === 0 : sweep.isSettled(before);
    if (isSettled) {
      sweep.writeFindings();
      return isTail && readings === 1 ? 'tail' : 'whole';
    }
    if (before !== undefined && sweep.showsThatPageHasNoEffect(before)) throw pageHasNoEffect(list.name);
    if (readings === 1 && !isTail && sweep.lacksProof) list.report.unproved();
    else list.report.movement();
    before = isTail && readings === 1 ? undefined : sweep;
    sweep = new Sweep(list, { seen: new KeySet(), given: progress.given }, { watched: sweep.repeated });
  }
  throw keptChanging(list.name);
}

/**
 * Reads page 1 again, because fewer rows came than Total-Count says. Overlaps prove that no row below the first row of page 1
 * is missing. Rows above it may be missing: they were inserted later, or page 1 came from an old cache.
 */
async function* readTopAgain(list: OneList, { pages, given, parts }: Progress): AsyncGenerator<Part> {
  const answer = await pages.get(windowOf(1, list.perPage));
  const rows = new Sweep(list, { seen: new KeySet(), given }).take(answer);
  yield* parts.of(answer, rows, {});
  if (!list.filtered && parts.lacksRows) list.report.fewerRows(parts.rowsGiven, parts.total);
}

/**
 * Turns responses into parts. A response without new rows becomes a part only if it is the first one, or the first one after which
 * rows may be missing.
 */
class Parts {
  rowsGiven = 0;
  /** The latest Total-Count; 0 if there is none. */
  total = 0;
  private readonly stampFields: StampFields;
  private readonly perPage: number;
  private agreedTotal: number | undefined;
  private lastPage: Page | undefined;
  private mayMissRows = false;

  constructor(stampFields: StampFields, perPage: number) {
    this.stampFields = stampFields;
    this.perPage = perPage;
  }

  *of(answer: PageAnswer, rows: JsonObject[], { position, mayMissRows = false }: PartContext): Generator<Part> {
    const page = 'refusal' in answer ? this.lastPage : answer;
    if (page === undefined) return;
    const isFirst = this.lastPage === undefined;
    if (isFirst) this.agreedTotal = agreedTotal(page, this.perPage);
    this.lastPage = page;
    this.rowsGiven += rows.length;
    this.total = page.totalCount ?? this.total;
    const isNews = mayMissRows && !this.mayMissRows;
    if (rows.length === 0 && !isFirst && !isNews) return;
    this.mayMissRows ||= mayMissRows;
    const { totalCount, clocks } = page;
    const newest = stampOfFresh(rows, page, this.stampFields);
    yield { rows, newest, totalCount, agreedTotal: this.agreedTotal, clocks, position, mayMissRows: this.mayMissRows };
  }

  /** Whether fewer rows were emitted than the latest Total-Count says. */
  get lacksRows(): boolean {
    return this.rowsGiven < this.total;
  }
}

function pageHasNoEffect(name: string): UnsettledList {
  return new UnsettledList(
    'system_error',
    `The server sends page 1 of ${name} for every page number, so the list may be incomplete. Check the address of the API and the page parameters.`,
  );
}

function keptChanging(name: string): UnsettledList {
  return new UnsettledList(
    'transient_error',
    `The list of ${name} was different each time it was read, so the result may be incomplete. Either the list kept changing, or the server's pages are inconsistent. Run the sync again when fewer rows are being changed.`,
  );
}
