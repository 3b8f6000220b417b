import type { Clock } from '../../src/cdk/index.ts';
import { type Counts, countHeaders } from './counts.ts';
import { keyOf, LISTS, positionOf, READ_FROM_MS, type Row, type RowsDescription, toJson } from './rows.ts';

/** What happens to the list before the server answers its `before`-th request for it (from 0). */
export type Move = { before: number } & (
  | { kind: 'delete' | 'edit' | 'enter in the middle'; at: number }
  /** New rows, where the order puts them. `aPage`: as many as a page has. */
  | { kind: 'insert'; rows: number | 'aPage' }
);

/** One page that answers something else, once or always. */
export interface OddPage {
  page: number;
  answer: 'empty' | 404 | 422;
  isOnce: boolean;
}

/** All that a server does. Plain data: a failing test prints it. */
export interface ServerDescription extends RowsDescription {
  pageSize:
    | { kind: 'honoured'; capRows: number }
    /** `per-page` has no effect. */
    | { kind: 'own'; rows: number }
    /** A `per-page` below `leastRows` is read as `leastRows`. */
    | { kind: 'at least'; leastRows: number };
  ignoresPage: boolean;
  counts: Counts;
  /** Whether hidden rows are counted. */
  countsHidden: boolean;
  pastTheEnd: 'empty' | 'last page' | 'first page' | 204 | 404 | 422;
  oddPage: OddPage | null;
  moves: Move[];
  body: 'array' | 'data';
}

export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** One answer of the list, as a test wants to look at it. */
export interface Given {
  readonly page: number;
  /** The page on which the list really ended at that moment. */
  readonly lastPage: number;
  readonly askedRows: number;
  readonly modifiedSince: string | undefined;
  readonly status: number;
  readonly keys: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
}

const DEFAULT_PAGE_ROWS = 50;
/** Time that an answer takes. */
const ANSWER_MS = 40;

/** A list server without HTTP whose clock moves only when it answers or a client waits. */
export class LyingServer implements Clock {
  readonly given: Given[] = [];
  /** Keys of the rows on the page that is always odd, once it was asked for. */
  readonly withheld = new Set<string>();
  /** Whether the list has changed since the first answer. */
  hasMoved = false;
  nowMs: number;
  private readonly description: ServerDescription;
  private rows: Row[];
  private answers = 0;
  private nextRank: number;
  private oddAnswers = 0;

  constructor(description: ServerDescription, rows: readonly Row[], nowMs = READ_FROM_MS) {
    this.description = description;
    this.rows = [...rows];
    this.nowMs = nowMs;
    this.nextRank = Math.max(0, ...rows.map(({ rank }) => rank)) + 10;
  }

  now(): number {
    return this.nowMs;
  }

  async sleep(waitMs: number): Promise<void> {
    this.nowMs += Math.ceil(waitMs);
  }

  /** The rows that a client can see now. */
  visibleRows(): readonly Row[] {
    return this.rows.filter(({ isHidden }) => !isHidden);
  }

  /** `path`: below the base address. */
  get(path: string, query: URLSearchParams): Answer {
    const list = LISTS[this.description.list].path;
    if (path === list) return this.answer(query);
    this.nowMs += ANSWER_MS;
    return path.startsWith(`${list}/`) ? this.single(path.slice(list.length + 1)) : this.nothing(404);
  }

  answer(query: URLSearchParams): Answer {
    const { description } = this;
    const page = numberFrom(query.get('page')) ?? 1;
    const askedRows = numberFrom(query.get('per-page')) ?? DEFAULT_PAGE_ROWS;
    const size = pageSize(description.pageSize, askedRows);
    for (const move of description.moves) if (move.before === this.answers) this.move(move, size);
    this.hasMoved ||= this.answers > 0 && description.moves.some(({ before }) => before === this.answers);
    this.answers += 1;
    this.nowMs += ANSWER_MS;

    const modifiedSince = query.get('modified_since') ?? undefined;
    const rows = this.rows.filter(isSince(modifiedSince));
    const lastPage = Math.max(1, Math.ceil(rows.length / size));
    const answer = this.page(rows, page, size);
    const { status, headers } = answer;
    const keys = answer.rows.map((row) => keyOf(row, description.list));
    this.given.push({ page, lastPage, askedRows, modifiedSince, status, keys, headers });
    return { status, headers, body: status === 200 ? this.bodyOf(answer.rows) : status === 204 ? '' : '{}' };
  }

  private page(
    rows: readonly Row[],
    page: number,
    size: number,
  ): { status: number; headers: Answer['headers']; rows: Row[] } {
    const { counts, countsHidden, oddPage } = this.description;
    const lastPage = Math.max(1, Math.ceil(rows.length / size));
    const isOdd = oddPage?.page === page && page <= lastPage && !(oddPage.isOnce && this.oddAnswers > 0);
    if (isOdd) this.oddAnswers += 1;
    const served = this.pageServed(page, lastPage);
    const status =
      isOdd && typeof oddPage.answer === 'number' ? oddPage.answer : typeof served === 'number' ? 200 : served.status;
    const inPage = typeof served === 'number' ? rows.slice((served - 1) * size, served * size) : [];
    if (isOdd && !oddPage.isOnce) for (const row of inPage) this.withheld.add(keyOf(row, this.description.list));
    const onPage = isOdd ? [] : inPage.filter(({ isHidden }) => !isHidden);
    const total = countsHidden ? rows.length : rows.filter(({ isHidden }) => !isHidden).length;
    const truth = {
      total,
      pages: Math.ceil(total / size),
      currentPage: page,
      perPage: size,
      rowsOnPage: onPage.length,
    };
    const pagination = status < 300 ? countHeaders(counts, truth) : {};
    return { status, headers: { date: this.date(), ...pagination }, rows: onPage };
  }

  /** The page whose rows are answered, or the status of an answer without rows. */
  private pageServed(page: number, lastPage: number): number | { status: number } {
    if (this.description.ignoresPage) return 1;
    if (page <= lastPage) return page;
    switch (this.description.pastTheEnd) {
      case 'last page':
        return lastPage;
      case 'first page':
        return 1;
      case 'empty':
        return { status: 200 };
      default:
        return { status: this.description.pastTheEnd };
    }
  }

  private single(key: string): Answer {
    const { list } = this.description;
    const row = this.visibleRows().find((candidate) => keyOf(candidate, list) === key);
    if (row === undefined) return this.nothing(404);
    return { status: 200, headers: { date: this.date() }, body: JSON.stringify(toJson(row, list)) };
  }

  private move(move: Move, size: number): void {
    const position = 'at' in move ? positionOf(move.at, this.rows.length) : 0;
    const row = this.rows[position];
    switch (move.kind) {
      case 'delete':
        this.rows.splice(position, 1);
        return;
      case 'edit':
        if (row === undefined) return;
        this.rows[position] = { ...row, name: `${row.name}, edited`, modifiedMs: this.nowMs };
        return;
      case 'enter in the middle': {
        const rank = row === undefined ? undefined : this.unusedRankNear(row.rank);
        if (row === undefined || rank === undefined) return;
        const isOldestFirst = this.description.order.kind === 'oldest first';
        this.rows.splice(isOldestFirst ? position + 1 : position, 0, {
          ...row,
          rank,
          name: 'entered',
          modifiedMs: this.nowMs,
          isHidden: false,
        });
        return;
      }
      case 'insert': {
        // More than a quarter of a page at each answer would outrun every reader.
        const count = move.rows === 'aPage' ? size : Math.min(move.rows, Math.max(1, Math.floor(size / 4)));
        for (let inserted = 0; inserted < count; inserted += 1) this.insert();
      }
    }
  }

  private insert(): void {
    const row: Row = {
      rank: this.nextRank,
      name: 'new',
      createdMs: this.nowMs,
      modifiedMs: this.nowMs,
      isHidden: false,
    };
    this.nextRank += 10;
    const { kind } = this.description.order;
    if (kind === 'oldest first') this.rows.push(row);
    else this.rows.unshift(row);
  }

  /** A rank just above a row's: the new row is the next newer one. */
  private unusedRankNear(rank: number): number | undefined {
    const used = new Set(this.rows.map((row) => row.rank));
    return [1, 2, 3, 4, 5, 6, 7, 8, 9].map((offset) => rank + offset).find((candidate) => !used.has(candidate));
  }

  private bodyOf(rows: readonly Row[]): string {
    const json = rows.map((row) => toJson(row, this.description.list));
    return JSON.stringify(this.description.body === 'array' ? json : { data: json });
  }

  private nothing(status: number): Answer {
    return { status, headers: { date: this.date() }, body: '{}' };
  }

  private date(): string {
    return new Date(this.nowMs).toUTCString();
  }
}

function pageSize(rule: ServerDescription['pageSize'], askedRows: number): number {
  switch (rule.kind) {
    case 'honoured':
      return Math.min(askedRows, rule.capRows);
    case 'own':
      return rule.rows;
    case 'at least':
      return Math.max(askedRows, rule.leastRows);
  }
}

function isSince(modifiedSince: string | undefined): (row: Row) => boolean {
  if (modifiedSince === undefined) return () => true;
  const sinceMs = Date.parse(`${modifiedSince.slice(0, 19).replace(' ', 'T')}Z`);
  return ({ modifiedMs }) => Math.floor(modifiedMs / 1_000) * 1_000 >= sinceMs;
}

function numberFrom(text: string | null): number | undefined {
  const number = Number(text);
  return text !== null && Number.isInteger(number) && number > 0 ? number : undefined;
}
