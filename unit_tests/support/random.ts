import { expect } from '@jest/globals';

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The seed of a random test: `fixed`, or a new one if `RANDOM=1`, or the value of `SEED`. */
export function seedOf(fixed: number): number {
  const { RANDOM, SEED } = process.env;
  if (SEED !== undefined) return Number(SEED);
  if (RANDOM !== '1') return fixed;
  const seed = Math.floor(Math.random() * 2 ** 31);
  process.stderr.write(`SEED=${seed} repeats the cases of ${expect.getState().testPath}\n`);
  return seed;
}
