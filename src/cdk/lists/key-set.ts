import { compareKeys, isFalling, type Key } from './keys.ts';

/** The keys of one page in descending order: numbers in a typed array, strings of equal length joined into one string. */
type Run = { readonly high: Key; readonly low: Key } & (
  | { readonly numbers: Uint32Array }
  | { readonly texts: string; readonly textLength: number }
);

const UINT32_LIMIT = 2 ** 32;

/**
 * An exact set of keys with a small memory footprint: four bytes for a number, one byte for a character of a string, as long as
 * pages come in descending order. All other keys are stored in a Set. A list of a million rows takes 4 MB.
 */
export class KeySet {
  /** The runs do not overlap. The run with the highest keys comes first. */
  private readonly runs: Run[] = [];
  private readonly others = new Set<Key>();
  private lowest: Key | undefined;

  has(key: Key): boolean {
    if (this.others.has(key)) return true;
    // All runs contain numbers, or all contain strings: see add().
    if (typeof key !== typeof this.lowest || compareKeys(key, this.lowest as Key) < 0) return false;
    const index = firstIndex(this.runs.length, (at) => compareKeys((this.runs[at] as Run).low, key) <= 0);
    const run = this.runs[index];
    return run !== undefined && compareKeys(run.high, key) >= 0 && holds(run, key);
  }

  /** Whether every key of the set is larger than this one. */
  isAbove(key: Key): boolean {
    if (this.others.size > 0) return false;
    return this.lowest === undefined || (typeof key === typeof this.lowest && compareKeys(key, this.lowest) < 0);
  }

  /** Adds the keys of one page. */
  add(keys: readonly Key[]): void {
    const [high] = keys;
    const low = keys.at(-1);
    if (high === undefined || low === undefined) return;
    const isBelow =
      this.lowest === undefined || (typeof high === typeof this.lowest && compareKeys(high, this.lowest) < 0);
    const run = isBelow && isFalling(keys) ? pack(keys, high, low) : undefined;
    if (run === undefined) {
      for (const key of keys) if (!this.has(key)) this.others.add(key);
    } else {
      this.runs.push(run);
      this.lowest = low;
    }
  }
}

function pack(keys: readonly Key[], high: Key, low: Key): Run | undefined {
  if (keys.every((key) => typeof key === 'number')) {
    const fits = keys.every((key) => Number.isInteger(key) && key >= 0 && key < UINT32_LIMIT);
    return fits ? { high, low, numbers: Uint32Array.from(keys) } : undefined;
  }
  const textLength = String(high).length;
  const fits = keys.every((key) => typeof key === 'string' && key.length === textLength);
  return fits && textLength > 0 ? { high, low, texts: keys.join(''), textLength } : undefined;
}

function holds(run: Run, key: Key): boolean {
  const { at, length } = reader(run);
  const index = firstIndex(length, (position) => compareKeys(at(position), key) <= 0);
  return index < length && at(index) === key;
}

function reader(run: Run): { at: (index: number) => Key; length: number } {
  if ('numbers' in run) return { at: (index) => run.numbers[index] as number, length: run.numbers.length };
  const { texts, textLength } = run;
  return {
    at: (index) => texts.slice(index * textLength, (index + 1) * textLength),
    length: texts.length / textLength,
  };
}

/**
 * Binary search: the first index below `length` for which `isReached` is true; `length` if there is none. `isReached` must be true
 * for all later indexes too.
 */
function firstIndex(length: number, isReached: (index: number) => boolean): number {
  let from = 0;
  let to = length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (isReached(middle)) to = middle;
    else from = middle + 1;
  }
  return from;
}
