import type { JsonObject, JsonValue } from '../protocol/json.ts';

/** A row's key in its list: integers everywhere but in logged time, whose ids are hex texts that begin with the time. */
export type Key = number | string;

/** What tells the rows of a list apart. */
export interface Keyed {
  readonly primaryKey: readonly string[];
  readonly nativeKey: string;
}

export function keyOf(row: JsonObject, { nativeKey }: Keyed): Key | undefined {
  const value: JsonValue | undefined = row.id ?? row[nativeKey];
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return undefined;
  return value.length <= 15 && /^\d+$/.test(value) ? Number(value) : value;
}

/** Below zero where `a` comes later in a list that begins with the newest, the largest, key. */
export function compareKeys(a: Key, b: Key): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const [left, right] = [String(a), String(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** The keys of rows that stand in strictly falling order; undefined where they do not. */
export function fallingKeys(rows: readonly JsonObject[], keyed: Keyed): Key[] | undefined {
  // A composite key (a public holiday's id and region) has no order of its own.
  if (keyed.primaryKey.length > 1) return undefined;
  const keys: Key[] = [];
  for (const row of rows) {
    const key = keyOf(row, keyed);
    const before = keys.at(-1);
    if (key === undefined || (before !== undefined && compareKeys(key, before) >= 0)) return undefined;
    keys.push(key);
  }
  return keys;
}

/** Ranges of keys that were read without a gap inside. Grows with pages, not with rows. */
export class KeyRanges {
  private ranges: { high: Key; low: Key }[] = [];
  private lowest: Key | undefined;

  has(key: Key): boolean {
    if (this.isBelowAll(key)) return false;
    return this.ranges.some(({ high, low }) => compareKeys(key, high) <= 0 && compareKeys(key, low) >= 0);
  }

  add(high: Key, low: Key): void {
    const merged = { high, low };
    if (this.isBelowAll(high)) {
      this.ranges.push(merged);
    } else {
      const isApart = (range: { high: Key; low: Key }): boolean => {
        if (compareKeys(range.low, merged.high) > 0 || compareKeys(range.high, merged.low) < 0) return true;
        if (compareKeys(range.high, merged.high) > 0) merged.high = range.high;
        if (compareKeys(range.low, merged.low) < 0) merged.low = range.low;
        return false;
      };
      this.ranges = [...this.ranges.filter(isApart), merged];
    }
    if (this.isBelowAll(low)) this.lowest = low;
  }

  /** Reading goes downwards: mostly a key is below everything that was read. */
  private isBelowAll(key: Key): boolean {
    return this.lowest === undefined || compareKeys(key, this.lowest) < 0;
  }
}

/** What tells a row from every other of its list, also where there is no order. */
export function identityOf(row: JsonObject, { primaryKey, nativeKey }: Keyed): string {
  return JSON.stringify([nativeKey, ...primaryKey].map((name) => row[name]));
}
