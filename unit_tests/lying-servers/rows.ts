import type { JsonObject } from '../../src/cdk/index.ts';
import { randomFrom } from '../support/random.ts';

/** The lists that the servers offer: where, and how a row is identified. */
export const LISTS = {
  people: { path: '/people', nativeKey: 'people_id', keys: 'integer' },
  clients: { path: '/clients', nativeKey: 'client_id', keys: 'integer' },
  logged_time: { path: '/logged-time', nativeKey: 'logged_time_id', keys: 'hex text' },
  public_holidays: { path: '/public-holidays', nativeKey: 'id', keys: 'integer in a region' },
} as const;
export type ListName = keyof typeof LISTS;

export type Order =
  | { kind: 'newest first' }
  | { kind: 'oldest first' }
  | { kind: 'none'; seed: number }
  | { kind: 'newest first, some out of place'; rows: number; seed: number };

export interface Row {
  /** Larger for newer rows; every other column of the key is derived from it. */
  readonly rank: number;
  readonly name: string;
  readonly createdMs: number;
  readonly modifiedMs: number;
  /** Whether the server removes the row from each page. */
  readonly isHidden: boolean;
}

export interface RowsDescription {
  list: ListName;
  rows: number;
  order: Order;
  /** Hides every nth row of the list. 0 hides none. */
  hidesEvery: number;
  /** Hides a run of rows. Positions are shares of the list, so that a shrunk list has the same run. */
  hidesRun: { from: number; to: number } | null;
  /** A second row with the key of the row at `of`, placed at `at`. */
  duplicate: { of: number; at: number; differs: boolean } | null;
  /** Share of the rows that changed after the previous sync. */
  changed: number;
}

export const PREVIOUS_SYNC_MS = Date.UTC(2026, 5, 1, 12);
export const CHANGES_FROM_MS = PREVIOUS_SYNC_MS + 24 * 3_600_000;
export const READ_FROM_MS = PREVIOUS_SYNC_MS + 48 * 3_600_000;

/** Ranks of neighbours differ by this, so that rows can enter between them. */
const RANK_STEP = 10;

/** The list as a previous sync saw it, in the server's order. */
export function rowsBefore(description: RowsDescription): Row[] {
  const { rows: count, order, hidesEvery, hidesRun, duplicate } = description;
  const oldestFirst = Array.from({ length: count }, (_, index): Omit<Row, 'isHidden'> => {
    const createdMs = PREVIOUS_SYNC_MS - 60 * 24 * 3_600_000 + index * 60_000;
    const modifiedMs = Math.min(createdMs + (index % 7) * 86_400_000, PREVIOUS_SYNC_MS - 2 * 3_600_000);
    return { rank: (index + 1) * RANK_STEP, name: `row ${index}`, createdMs, modifiedMs };
  });
  const ordered = inOrder(oldestFirst, order).map((row, index): Row => {
    const isInRun = hidesRun !== null && index >= hidesRun.from * count && index < hidesRun.to * count;
    return { ...row, isHidden: isInRun || (hidesEvery > 0 && (index + 1) % hidesEvery === 0) };
  });
  const original = duplicate === null ? undefined : ordered[positionOf(duplicate.of, count)];
  if (duplicate !== null && original !== undefined) {
    const copy = duplicate.differs ? { ...original, name: `${original.name}, another version` } : original;
    ordered.splice(positionOf(duplicate.at, count), 0, copy);
  }
  return ordered;
}

/** The same list with the changes that the next sync finds at its beginning. */
export function rowsNow(description: RowsDescription): Row[] {
  return rowsBefore(description).map((row) => {
    const isChanged = (row.rank * 7_919) % 100 < description.changed * 100;
    return isChanged ? { ...row, modifiedMs: CHANGES_FROM_MS + row.rank * 1_000 } : row;
  });
}

/** `share` in [0, 1). */
export function positionOf(share: number, length: number): number {
  return Math.min(Math.floor(share * length), Math.max(0, length - 1));
}

function inOrder<R>(oldestFirst: readonly R[], order: Order): R[] {
  switch (order.kind) {
    case 'oldest first':
      return [...oldestFirst];
    case 'newest first':
      return oldestFirst.toReversed();
    case 'none': {
      const random = randomFrom(order.seed);
      return oldestFirst
        .map((row) => ({ row, place: random() }))
        .sort((one, other) => one.place - other.place)
        .map(({ row }) => row);
    }
    case 'newest first, some out of place': {
      const random = randomFrom(order.seed);
      const rows = oldestFirst.toReversed();
      for (let moved = 0; moved < order.rows && rows.length > 0; moved += 1) {
        const taken = rows.splice(positionOf(random(), rows.length), 1);
        rows.splice(positionOf(random(), rows.length + 1), 0, ...taken);
      }
      return rows;
    }
  }
}

/** The row as the API answers it. */
export function toJson({ rank, name, createdMs, modifiedMs }: Row, list: ListName): JsonObject {
  const stamps = { created: toStamp(createdMs), modified: toStamp(modifiedMs) };
  return { ...keyColumns(rank, list), name, ...stamps };
}

function keyColumns(rank: number, list: ListName): JsonObject {
  const { nativeKey, keys } = LISTS[list];
  switch (keys) {
    case 'integer':
      return { [nativeKey]: rank };
    case 'hex text':
      return { [nativeKey]: rank.toString(16).padStart(8, '0') };
    case 'integer in a region':
      // Two neighbours share an id, so that only id and region together are a key.
      return { [nativeKey]: Math.floor(rank / (2 * RANK_STEP)), region: rank % (2 * RANK_STEP) };
  }
}

/** The primary key of a row, as `keyText` gives it. */
export function keyOf({ rank }: Row, list: ListName): string {
  return keyText(keyColumns(rank, list), list);
}

/** The primary key of a record, as one text. */
export function keyText(row: JsonObject, list: ListName): string {
  const { nativeKey, keys } = LISTS[list];
  const key = String(row[nativeKey] ?? row.id);
  return keys === 'integer in a region' ? `${key} in ${String(row.region)}` : key;
}

function toStamp(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 19).replace('T', ' ');
}
