const { floor, imul } = Math;

/** Random numbers that depend only on the seed (mulberry32). */
export interface Draw {
  /** From 0 up to, not including, 1. */
  fraction(): number;
  /** From `low` to `high`, both included. */
  int(low: number, high: number): number;
  pick<T>(list: readonly [T, ...T[]]): T;
  chance(probability: number): boolean;
}

export function createDraw(seed: number): Draw {
  let state = seed | 0;
  const fraction = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const int = (low: number, high: number) => low + floor(fraction() * (high - low + 1));
  return {
    fraction,
    int,
    pick: (list) => list[int(0, list.length - 1)] ?? list[0],
    chance: (probability) => fraction() < probability,
  };
}

/** A separate seed for each combination of name and number. */
export function seedOf(seed: number, name: string, index: number): number {
  let hash = imul(seed ^ 0x9e3779b9, 0x85ebca6b);
  for (const letter of name) hash = imul(hash ^ letter.charCodeAt(0), 0x01000193);
  return imul(hash ^ index, 0xc2b2ae35);
}
