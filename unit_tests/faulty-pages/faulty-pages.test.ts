import { expect, test } from '@jest/globals';
import { seedOf } from '../support/random.ts';
import { judge, type Kind } from './judge.ts';
import { randomSpec } from './server.ts';

const SERVERS = Number(process.env.SECOND_SERVERS ?? 100);
const SEED = seedOf(1);

test(
  `of ${SERVERS} servers with faulty pages, none loses a row without a warning (seeds from ${SEED})`,
  async () => {
    const seeds: Partial<Record<Kind, number[]>> = {};
    for (let seed = SEED; seed < SEED + SERVERS; seed += 1) {
      const kind = await judge(randomSpec(seed));
      seeds[kind] = [...(seeds[kind] ?? []), seed];
    }
    const { whole = [], failed: _, told: __, 'no trace': ___, ...faults } = seeds;
    expect(faults).toEqual({});
    expect(whole.length).toBeGreaterThan(SERVERS / 2);
  },
  SERVERS * 1_000 + 60_000,
);
