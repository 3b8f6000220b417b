import type { JsonObject } from '../protocol/json.ts';
import { compile, propertiesOf } from '../records/coerce.ts';
import { type KeyDefinition, keyReader } from '../records/keys.ts';

/** What tells a row from every other of its list: mostly an integer, for some lists a text. */
export type Key = number | string;

/** How the rows of a list are identified. */
export interface Keyed {
  /** Undefined for a row without a usable key: it is never taken for another one. */
  readonly keyOf: (row: JsonObject) => Key | undefined;
  /** Whether the list can stand in the order of its keys: a composite key has none. */
  readonly isSortable: boolean;
}

/** Keys in their declared types: a server that writes an id now as a number, now as a text, means the same row. */
export function keysFor(definition: KeyDefinition): Keyed {
  const readKey = keyReader(definition);
  const properties = new Map(propertiesOf(definition.jsonSchema));
  const others = definition.primaryKey.slice(1).map((name) => [name, compile(properties.get(name) ?? {})] as const);
  const keyOf = (row: JsonObject): Key | undefined => {
    try {
      const key = readKey(row);
      if (typeof key !== 'number' && typeof key !== 'string') return undefined;
      if (others.length === 0) return key;
      const rest = others.map(([name, coerce]) => row[name] != null && (coerce(row[name]) ?? row[name]));
      return JSON.stringify([key, ...rest]);
    } catch {
      return undefined;
    }
  };
  return { keyOf, isSortable: others.length === 0 };
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
