import type { JsonObject } from '../protocol/json.ts';
import { compile, propertiesOf } from '../records/coerce.ts';
import { type KeyDefinition, keyReader } from '../records/keys.ts';

/** Identifies a row in its list: an integer in most lists, a string in some. */
export type Key = number | string;

/** How the rows of a list are identified. */
export interface Keyed {
  /** Undefined for a row without a usable key. Such a row is never treated as a duplicate. */
  readonly keyOf: (row: JsonObject) => Key | undefined;
  /** Whether the list can be ordered by its keys. False for a composite key. */
  readonly isSortable: boolean;
}

/** Converts keys to their declared types, so that 7 and "7" identify the same row. */
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
 * A total order of keys; negative if `a` is smaller. Of two strings the shorter one is smaller, and strings of equal length sort
 * alphabetically. So numeric strings sort like numbers, and hexadecimal ids, which begin with a timestamp, sort by it.
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
