import type { Clock } from '../../src/cdk/index.ts';
import type { FakeAnswer } from '../../src/cdk/testing/fake-transport.ts';
import { randomFrom } from '../support/random.ts';

/** A list server as a flat record of features. Each value but the first of a feature is a fault or a peculiarity. */
const FEATURES = {
  order: ['newest first', 'oldest first', 'random', 'by stamp', 'one out of place'],
  size: ['as asked', 'its own', 'at least 20'],
  base: ['plain', 'overlap of one', 'overlap of half', 'short first page', 'full last page', 'pinned first row'],
  hidden: ['none', 'a tenth', 'half', 'a few', 'a run'],
  past: ['empty', 'last', 'first', 'round', 'last row', '404', '422', '204', 'null', '500'],
  total: [
    ...['right', 'missing', 'zero', 'of the page', 'one less', 'one more', 'half', 'double', 'rounded', 'so far'],
    ...['one beyond', 'remaining', 'at most 100', 'flickering', 'text', 'visible'],
  ],
  pages: ['right', 'missing', 'zero', 'one', 'one less', 'one more', 'of 50', 'of 200', 'current', 'of the total'],
  perPage: ['right', 'missing', 'asked', 'of the page', 'zero', 'text'],
  countsOn: ['all', 'page 1', 'all but page 1', 'odd pages', 'empty pages'],
  form: ['plain', 'comma', 'twice', 'spaces', 'decimal', 'zeros'],
  glitch: ['none', 'empty', '404', '204', '500', 'cut', 'bare empty', 'previous', 'next', 'half', 'but one', 'old'],
  move: ['none', 'insert', 'delete', 'delete first', 'edit', 'exchange', 'all', 'once'],
  twins: ['none', 'one', 'one that differs', 'many'],
  replica: ['none', 'behind', 'other counts'],
  page: ['honoured', 'ignored', 'late by one'],
  window: ['none', '404', '422'],
} as const;

type Feature = keyof typeof FEATURES;
/** Each feature but the first value of it. */
type Features = { [Name in Feature]: (typeof FEATURES)[Name][number] };

export interface Spec extends Features {
  seed: number;
  list: 'clients' | 'tasks' | 'time_off';
  /** Only rows modified since the state of an earlier sync are asked for. */
  filtered: boolean;
  concurrency: number;
  rows: number;
  cap: number;
  glitchPage: number;
  glitches: number;
  movesPerAnswer: number;
  hasSingleRows: boolean;
}

export const LISTS = {
  clients: { path: '/clients', key: 'client_id', log: undefined },
  tasks: { path: '/tasks', key: 'task_id', log: '/deleted/tasks' },
  time_off: { path: '/timeoffs', key: 'timeoff_id', log: '/deleted/timeoffs' },
} as const;

const START = Date.UTC(2026, 5, 1, 12);
const HOUR = 3_600_000;
/** The cursor of the earlier sync. Most rows are older. */
export const CURSOR = START - 48 * HOUR;

export function randomSpec(seed: number): Spec {
  const random = randomFrom(seed * 7919 + 13);
  const pick = <T>(...values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  const density = pick(0.06, 0.15, 0.3);
  const features = Object.fromEntries(
    Object.entries(FEATURES).map(([name, [plain, ...faults]]) => [
      name,
      random() < (name === 'order' ? 0.6 : density) ? pick<string>(...faults) : plain,
    ]),
  ) as Features;
  const list = pick('clients', 'tasks', 'time_off' as const);
  const cap = random() < 0.4 ? 200 : pick(1, 2, 3, 5, 10, 25, 50, 100, 101, 1000);
  const size = Math.min(cap, 200);
  const full = size * Math.floor(random() * (size < 10 ? 25 : 6));
  return {
    ...features,
    seed,
    list,
    filtered: list !== 'clients' && random() < 0.5,
    concurrency: pick(1, 2, 4),
    rows: pick(0, 1, 2, full, full + 1, Math.max(0, full - 1), full + Math.floor(random() * size)),
    cap,
    glitchPage: pick(1, 1, 2, 2, 3, 4),
    glitches: pick(1, 1, 2, 3),
    movesPerAnswer: pick(0.1, 0.3, 1, 3),
    hasSingleRows: random() < 0.7,
  };
}

interface Row {
  key: number;
  modified: number;
  rank: number;
  edits: number;
}

/** An answer for a page of the list, as the reader got it. */
export interface Shown {
  readonly page: number;
  readonly asked: number;
  readonly keys: readonly number[];
  readonly total: number | undefined;
  readonly pages: number | undefined;
  readonly perPage: number | undefined;
}

export class Server implements Clock {
  rows: Row[] = [];
  requests = 0;
  readonly shown: Shown[] = [];
  readonly deleted = new Set<number>();
  readonly original: readonly Row[];
  private readonly spec: Spec;
  private readonly random: () => number;
  private readonly log: { id: number; timestamp: string }[] = [];
  private timeMs = START;
  private moves = 0;
  private glitched = 0;
  private nextKey: number;

  constructor(spec: Spec) {
    this.spec = spec;
    this.random = randomFrom(spec.seed ^ 0x5bd1e995);
    this.nextKey = 1_000 + 3 * spec.rows;
    for (let index = 0; index < spec.rows; index += 1) {
      const modified = START - HOUR - Math.floor(this.random() * 240 * HOUR);
      this.place({ key: 1_000 + 3 * index, modified, rank: this.random(), edits: 0 });
    }
    if (spec.order === 'one out of place') this.rows.push(...this.rows.splice(Math.floor(spec.rows / 3), 1));
    const twins = { none: 0, one: 1, 'one that differs': 1, many: Math.ceil(spec.rows / 20) }[spec.twins];
    for (let index = 0; index < twins && spec.rows > 2; index += 1) {
      const row = this.rows[this.at()] as Row;
      this.rows.splice(this.at(), 0, { ...row, edits: spec.twins === 'one that differs' ? 1 : 0 });
    }
    for (const [index, key] of [500, 501, this.rows[this.at()]?.key].entries()) {
      // The last was restored after its deletion: its row lives, with a later stamp.
      if (key !== undefined) this.log.push({ id: key, timestamp: new Date(START - (9 - index) * HOUR).toISOString() });
      for (const row of this.rows) if (row.key === key) row.modified = START - 4 * HOUR;
    }
    this.original = this.rows.map((row) => ({ ...row }));
  }

  now(): number {
    return this.timeMs;
  }

  async sleep(waitMs: number): Promise<void> {
    this.timeMs += Math.ceil(waitMs);
  }

  get(url: URL): FakeAnswer {
    this.timeMs += 40;
    this.requests += 1;
    this.moveOn();
    const { path, log } = LISTS[this.spec.list];
    const asked = url.pathname.slice('/v3'.length);
    if (asked === log) return this.answer(200, { 'x-pagination-has-more': 'false' }, { data: this.log });
    if (asked === path) return this.getPage(url.searchParams);
    const row = this.rows.find(({ key }) => asked === `${path}/${key}`);
    return row !== undefined && this.spec.hasSingleRows
      ? this.answer(200, {}, this.body(row))
      : this.answer(404, {}, { message: 'not found' });
  }

  /** The keys that an ideal reader of pages 1, 2, … gets from a server without glitches that stands still. */
  reachable(): Set<number> {
    const keys = new Set<number>();
    for (let page = 1; ; page += 1) {
      const { rows, start } = this.slice(this.original, page, 200);
      for (const { key } of rows) keys.add(key);
      if (start >= this.original.length || (this.spec.page === 'ignored' && page > 2)) return keys;
    }
  }

  hides({ key, rank }: Row): boolean {
    const { hidden, rows, cap } = this.spec;
    if (hidden === 'none') return false;
    const isInRun = Math.abs(key - 1_000 - 1.5 * rows) < 3.2 * Math.min(cap, 200);
    return { 'a tenth': key % 10 === 3, half: rank < 0.5, 'a few': rank < 0.01, 'a run': isInRun }[hidden];
  }

  private at(): number {
    return Math.floor(this.random() * this.rows.length);
  }

  private place(row: Row): void {
    const rankOf = (one: Row): number =>
      ({ 'oldest first': one.key, random: one.rank, 'by stamp': -one.modified })[this.spec.order as string] ?? -one.key;
    const index = this.rows.findIndex((other) => rankOf(other) > rankOf(row));
    this.rows.splice(index < 0 ? this.rows.length : index, 0, row);
  }

  private moveOn(): void {
    const { move, movesPerAnswer } = this.spec;
    if (move === 'none' || (move === 'once' && this.moves > 0)) return;
    const times = movesPerAnswer >= 1 ? movesPerAnswer : Number(this.random() < movesPerAnswer);
    for (let time = 0; time < times; time += 1) {
      this.moves += 1;
      const kinds = ['insert', 'delete', 'delete first', 'edit'] as const;
      const kind = move === 'all' || move === 'once' ? kinds[Math.floor(this.random() * kinds.length)] : move;
      if (kind === 'edit' && this.rows.length > 0) {
        const [row] = this.rows.splice(this.at(), 1) as [Row];
        this.place({ ...row, modified: this.timeMs, edits: row.edits + 1 });
      }
      if (kind === 'delete' || kind === 'exchange') this.remove(this.at());
      if (kind === 'delete first') this.remove(0);
      if (kind === 'insert' || kind === 'exchange') {
        this.nextKey += 3;
        this.place({ key: this.nextKey, modified: this.timeMs, rank: this.random(), edits: 0 });
      }
    }
  }

  private remove(index: number): void {
    for (const { key } of this.rows.splice(index, 1)) {
      this.deleted.add(key);
      this.log.push({ id: key, timestamp: new Date(this.timeMs).toISOString() });
    }
  }

  private slice(list: readonly Row[], page: number, asked: number) {
    const { base, cap, size: kind } = this.spec;
    const number = { honoured: page, ignored: 1, 'late by one': Math.max(1, page - 1) }[this.spec.page];
    const capped = Math.min(asked, cap);
    const size = { 'as asked': capped, 'its own': cap, 'at least 20': Math.max(capped, Math.min(cap, 20)) }[kind];
    const overlap = { 'overlap of one': 1, 'overlap of half': Math.ceil(size / 2) }[base as string] ?? 0;
    const short = base === 'short first page' ? Math.floor(size / 4) : 0;
    const start = number === 1 ? 0 : (number - 1) * Math.max(1, size - overlap) - short;
    const first =
      base === 'full last page' && start < list.length ? Math.min(start, Math.max(0, list.length - size)) : start;
    const rows = list.slice(first, first + size - (number === 1 ? short : 0));
    const [pinned] = list;
    if (base === 'pinned first row' && number > 1 && rows.length > 0 && pinned !== undefined) rows.unshift(pinned);
    return { rows: rows.filter((row) => !this.hides(row)), start, size, isPast: number > 1 && start >= list.length };
  }

  private getPage(query: URLSearchParams): FakeAnswer {
    const { spec } = this;
    const page = Number(query.get('page') ?? 1);
    const asked = Number(query.get('per-page') ?? 50);
    const since = query.get('modified_since');
    let list = since === null ? this.rows : this.rows.filter(({ modified }) => modified >= Date.parse(since));
    if (spec.replica === 'behind' && this.random() < 0.5) list = list.slice(2);
    const { rows, start, size, isPast } = this.slice(list, page, asked);
    const send = (
      status: number,
      shown: readonly Row[],
      counts = this.counts(list, page, asked, size, shown, start),
    ) => {
      const headers = status < 300 ? counts : {};
      const countOf = (name: string): number | undefined => {
        const [text = ''] = (headers[name] ?? '').split(', ');
        const value = Number.parseInt(text.replaceAll(/(\d),(?=\d{3})/g, '$1'), 10);
        return Number.isNaN(value) ? undefined : value;
      };
      const keys = status === 200 ? shown.map(({ key }) => key) : [];
      const [total, pages, perPage] = NAMES.map(countOf);
      this.shown.push({ page, asked, keys, total, pages, perPage });
      if (status === 204) return { status, headers: this.dated(headers), body: '' };
      return this.answer(status, headers, status === 200 ? shown.map((row) => this.body(row)) : { message: 'no' });
    };
    const rowsOf = (number: number, of = list): Row[] => this.slice(of, Math.max(1, number), asked).rows;
    if (spec.window !== 'none' && page > 1 && start >= Math.ceil(spec.rows * 0.6)) return send(Number(spec.window), []);
    if (isPast) {
      let last = 1;
      while (!this.slice(list, last + 1, asked).isPast && last < page) last += 1;
      const repeated: Partial<Record<Spec['past'], () => Row[]>> = {
        empty: () => [],
        last: () => rowsOf(last),
        'last row': () => rowsOf(last).slice(-1),
        first: () => rowsOf(1),
        round: () => rowsOf(((page - 1) % last) + 1),
      };
      if (spec.past === 'null') return { ...send(200, []), body: '{"data":null}' };
      const past = repeated[spec.past];
      return past === undefined ? send(Number(spec.past), []) : send(200, past());
    }
    if (spec.glitch === 'none' || page !== spec.glitchPage || this.glitched >= spec.glitches) return send(200, rows);
    this.glitched += 1;
    const glitches: Partial<Record<Spec['glitch'], () => FakeAnswer>> = {
      empty: () => send(200, []),
      'bare empty': () => send(200, [], {}),
      cut: () => ({ ...send(200, []), body: '[{"client_id":1' }),
      previous: () => send(200, rowsOf(page - 1)),
      next: () => send(200, rowsOf(page + 1)),
      half: () => send(200, rows.slice(0, Math.floor(rows.length / 2))),
      'but one': () => send(200, rows.slice(1)),
      old: () => send(200, rowsOf(page, this.original.slice(3))),
      '204': () => send(204, [], {}),
    };
    return glitches[spec.glitch]?.() ?? send(Number(spec.glitch), []);
  }

  private counts(
    list: readonly Row[],
    page: number,
    asked: number,
    size: number,
    shown: readonly Row[],
    start: number,
  ): Record<string, string> {
    const { spec } = this;
    const onThis = {
      all: true,
      'page 1': page === 1,
      'all but page 1': page > 1,
      'odd pages': page % 2 === 1,
      'empty pages': shown.length === 0,
    };
    if (!onThis[spec.countsOn]) return {};
    const rows = list.length;
    const end = start + shown.length;
    const flickers = (spec.replica === 'other counts' || spec.total === 'flickering') && this.random() < 0.5;
    const total = {
      ...{ right: rows, missing: undefined, zero: 0, 'of the page': shown.length, 'one less': Math.max(0, rows - 1) },
      ...{ 'one more': rows + 1, half: Math.floor(rows / 2), double: 2 * rows, rounded: Math.round(rows / 100) * 100 },
      ...{ 'so far': Math.min(rows, end), 'one beyond': Math.min(rows, end + 1), remaining: Math.max(0, rows - start) },
      ...{ 'at most 100': Math.min(rows, 100), flickering: rows, text: 'unknown' },
      visible: list.filter((row) => !this.hides(row)).length,
    }[spec.total];
    const right = Math.ceil(rows / size);
    const pages = {
      ...{ right, missing: undefined, zero: 0, one: 1, 'one less': Math.max(0, right - 1), 'one more': right + 1 },
      ...{ 'of 50': Math.ceil(rows / 50), 'of 200': Math.ceil(rows / 200), current: page },
      'of the total': Math.ceil((typeof total === 'number' ? total : rows) / size),
    }[spec.pages];
    const perPage = { right: size, missing: undefined, asked, 'of the page': shown.length, zero: 0, text: 'all' }[
      spec.perPage
    ];
    const sent = [typeof total === 'number' && flickers ? Math.max(0, total - 1) : total, pages, perPage];
    return Object.fromEntries(
      NAMES.flatMap((name, index) => (sent[index] === undefined ? [] : [[name, this.written(sent[index])]])),
    );
  }

  private written(value: number | string): string {
    const { form } = this.spec;
    if (typeof value === 'string') return value;
    const comma = value.toLocaleString('en-US');
    const twice = `${value}, ${value}`;
    return { plain: `${value}`, comma, twice, spaces: ` ${value} `, decimal: `${value}.0`, zeros: `00${value}` }[form];
  }

  private body({ key, modified, edits }: Row) {
    const id = { [LISTS[this.spec.list].key]: key, name: `edit ${edits}` };
    return this.spec.list === 'clients' ? id : { ...id, modified: new Date(modified).toISOString() };
  }

  private answer(status: number, headers: Record<string, string>, body: unknown): FakeAnswer {
    return { status, headers: this.dated(headers), body: JSON.stringify(body) };
  }

  private dated(headers: Record<string, string>): Record<string, string> {
    return { date: new Date(this.timeMs).toUTCString(), ...headers };
  }
}

const NAMES = ['x-pagination-total-count', 'x-pagination-page-count', 'x-pagination-per-page'];
