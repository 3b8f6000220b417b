import type { JsonObject, JsonValue } from '../protocol/json.ts';

/** What tells a row from every other of its list: mostly an integer, for some lists a text. */
export type Key = number | string;

/** Names of the fields that identify the rows of a list. */
export interface Keyed {
  readonly primaryKey: readonly string[];
  readonly nativeKey: string;
}

/** Undefined for a row without a key: it is never taken for another one. */
export function keyOf(row: JsonObject, { primaryKey, nativeKey }: Keyed): Key | undefined {
  const value: JsonValue | undefined = row.id ?? row[nativeKey];
  if (typeof value !== 'number' && typeof value !== 'string') return undefined;
  if (primaryKey.length > 1) return JSON.stringify([value, ...primaryKey.slice(1).map((name) => row[name] ?? null)]);
  return value;
}

/**
 * A total order of keys, below zero where `a` is the smaller one. Of texts the shorter is the smaller: so numbers that are
 * written as texts sort as numbers do, and hexadecimal ids by the time that they begin with.
 */
export function compareKeys(a: Key, b: Key): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'number' || typeof b === 'number') return typeof a === 'number' ? -1 : 1;
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : a > b ? 1 : 0;
}

export function isFalling(keys: readonly Key[]): boolean {
  return keys.every((key, index) => index === 0 || compareKeys(key, keys[index - 1] as Key) < 0);
}
