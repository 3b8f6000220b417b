import { writeStamp } from './dates.ts';
import { type EndpointName, endpointOf } from './endpoints.ts';
import { createScene, invent, type Scene, type Sizes } from './invent.ts';
import type { Key, Row } from './rows.ts';

export type { Sizes } from './invent.ts';

export interface CompanyOptions extends Partial<Sizes> {
  seed?: number;
  now?: () => number;
}

export interface Deletion {
  id: Key;
  at: number;
  visibleAt: number;
}

/** One version of a row; `row` is null after it is removed. */
interface Version {
  row: Row | null;
  visibleAt: number;
  /** The version that reads see until then. */
  before: Version | null;
}

interface Table {
  /** By `key`, or by `within/key` if keys are unique only within another field. */
  versions: Map<Key, Version>;
  nextIndex: number;
  /** Cache of the visible rows, until the next change. */
  newestFirst: readonly Row[] | null;
}

/**
 * The data of a Float company. Rows are generated on first access, deterministically, and never changed in place: every write
 * creates a new version.
 */
export class Company {
  clock: () => number;
  /** How far the server's clock is ahead of the real one. */
  clockSkewMs = 0;
  /** How far the clock that stamps rows is ahead of the server's. */
  rowClockSkewMs = 0;
  /** How far the clock that stamps deletions is ahead of the server's. */
  deletionClockSkewMs = 0;
  /** How long after its stamp a write made now becomes visible; called for each write. Simulates late commits and replicas. */
  visibilityDelayMs: () => number = () => 0;
  /** Grows with every write. */
  revision = 0;
  readonly #scene: Scene;
  readonly #tables = new Map<EndpointName, Table>();
  readonly #deletions = new Map<EndpointName, Deletion[]>();
  #settledAt = Number.NEGATIVE_INFINITY;

  constructor(scene: Scene) {
    this.clock = scene.now;
    this.#scene = { ...scene, now: () => this.now() };
  }

  /** The time of the server's clock, as in the Date header. */
  now(): number {
    return this.clock() + this.clockSkewMs;
  }

  /** The current rows, newest first, including those that lists omit by default. */
  rows(endpoint: EndpointName): readonly Row[] {
    const table = this.#table(endpoint);
    table.newestFirst ??= sorted(endpoint, table, (version) => version.row);
    return table.newestFirst;
  }

  /** The rows that are visible now. */
  visible(endpoint: EndpointName): readonly Row[] {
    if (this.isSettled()) return this.rows(endpoint);
    const moment = this.now();
    return sorted(endpoint, this.#table(endpoint), (version) => versionAt(version, moment)?.row ?? null);
  }

  /** Whether all writes are visible. */
  isSettled(): boolean {
    return this.now() >= this.#settledAt;
  }

  /** In the order in which they became visible. */
  visibleDeletions(endpoint: EndpointName): readonly Deletion[] {
    const log = this.#deletions.get(endpoint) ?? [];
    const moment = this.now();
    return log.filter(({ visibleAt }) => visibleAt <= moment).sort((a, b) => a.visibleAt - b.visibleAt);
  }

  find(endpoint: EndpointName, key: Key): Row | undefined {
    return this.#table(endpoint).versions.get(key)?.row ?? undefined;
  }

  insert(endpoint: EndpointName, fields: Row = {}): Row {
    const table = this.#table(endpoint);
    let row: Row;
    do {
      row = { ...invent(endpoint, table.nextIndex, this.#scene), ...this.#stamps(endpoint, 'created'), ...fields };
      table.nextIndex += 1;
    } while (!(endpointOf(endpoint).key in fields) && table.versions.has(keyOf(endpoint, row)));
    this.#write(endpoint, keyOf(endpoint, row), row);
    return row;
  }

  update(endpoint: EndpointName, key: Key, patch: Row): Row {
    const present = this.#present(endpoint, key);
    const author = 'modified_by' in present ? { modified_by: this.#scene.nth('accounts', 0) } : {};
    const row = { ...present, ...author, ...this.#stamps(endpoint, 'modified'), ...patch };
    this.#write(endpoint, key, row);
    return row;
  }

  remove(endpoint: EndpointName, key: Key): void {
    this.#present(endpoint, key);
    const visibleAt = this.#write(endpoint, key, null);
    if (!endpointOf(endpoint).deletions) return;
    const log = this.#deletions.get(endpoint) ?? [];
    this.#deletions.set(endpoint, log);
    log.push({ id: key, at: this.now() + this.deletionClockSkewMs, visibleAt });
  }

  #table(endpoint: EndpointName): Table {
    const table = this.#tables.get(endpoint) ?? inventTable(endpoint, this.#scene);
    this.#tables.set(endpoint, table);
    return table;
  }

  #present(endpoint: EndpointName, key: Key): Row {
    const row = this.find(endpoint, key);
    if (!row) throw new Error(`The mock company's ${endpoint} have no ${key}`);
    return row;
  }

  #stamps(endpoint: EndpointName, event: 'created' | 'modified'): Row {
    const form = endpointOf(endpoint).stamps?.[0];
    if (!form) return {};
    const moment = writeStamp(this.now() + this.rowClockSkewMs, form);
    return event === 'created' ? { created: moment, modified: moment } : { modified: moment };
  }

  #write(endpoint: EndpointName, key: Key, row: Row | null): number {
    const table = this.#table(endpoint);
    const delay = this.visibilityDelayMs();
    const visibleAt = this.now() + delay;
    this.revision += 1;
    table.newestFirst = null;
    const before = delay > 0 ? (table.versions.get(key) ?? null) : null;
    if (row === null && before === null) table.versions.delete(key);
    else table.versions.set(key, { row, visibleAt, before });
    if (delay > 0) this.#settledAt = Math.max(this.#settledAt, visibleAt);
    return visibleAt;
  }
}

export const createCompany = (options: CompanyOptions = {}): Company =>
  new Company(createScene(options.seed ?? 1, options.now ?? Date.now, options));

/** The key of a row for `find`, `update` and `remove`: `region/id` for public holidays. */
export function keyOf(endpoint: EndpointName, row: Row): Key {
  const { key, keyWithin } = endpointOf(endpoint);
  const value = row[key];
  if (typeof value !== 'number' && typeof value !== 'string') throw new Error(`A row of ${endpoint} has no ${key}`);
  return keyWithin === undefined ? value : `${row[keyWithin]}/${value}`;
}

function inventTable(endpoint: EndpointName, scene: Scene): Table {
  const count = scene.count(endpoint);
  const versions: Table['versions'] = new Map();
  for (let index = 0; index < count; index += 1) {
    const row = invent(endpoint, index, scene);
    versions.set(keyOf(endpoint, row), { row, visibleAt: Number.NEGATIVE_INFINITY, before: null });
  }
  return { versions, nextIndex: count, newestFirst: null };
}

function versionAt(version: Version, moment: number): Version | null {
  let seen: Version | null = version;
  while (seen !== null && seen.visibleAt > moment) seen = seen.before;
  return seen;
}

function sorted(endpoint: EndpointName, table: Table, pick: (version: Version) => Row | null): Row[] {
  const { key, keyWithin = key } = endpointOf(endpoint);
  const rows: Row[] = [];
  for (const version of table.versions.values()) {
    const row = pick(version);
    if (row !== null) rows.push(row);
  }
  const later = (a: Row, b: Row, field: string) => Number((a[field] ?? 0) < (b[field] ?? 0)) * 2 - 1;
  return rows.reverse().sort((a, b) => (a[key] === b[key] ? later(a, b, keyWithin) : later(a, b, key)));
}
