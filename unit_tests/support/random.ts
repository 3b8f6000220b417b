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

/** The seed of a random test: always this one, or a new one, printed, where `RANDOM=1` asks for it. */
export function seedOf(fixed: number): number {
  if (process.env.RANDOM !== '1') return fixed;
  const seed = Math.floor(Math.random() * 2 ** 31);
  process.stderr.write(`The seed is ${seed}.\n`);
  return seed;
}
