import { expect, test } from '@jest/globals';
import { seedOf } from '../support/random.ts';
import { isFault, judge, type Kind } from './judge.ts';
import { randomSpec } from './server.ts';

const SERVERS = Number(process.env.SECOND_SERVERS ?? 100);
const SEED = seedOf(1);

test(
  `of ${SERVERS} servers with faulty pages, none loses a row without a warning (seeds from ${SEED})`,
  async () => {
    const verdicts: { seed: number; kind: Kind }[] = [];
    for (let seed = SEED; seed < SEED + SERVERS; seed += 1)
      verdicts.push({ seed, kind: await judge(randomSpec(seed)) });
    expect(verdicts.filter(({ kind }) => isFault(kind))).toEqual([]);
    expect(verdicts.filter(({ kind }) => kind === 'whole').length).toBeGreaterThan(SERVERS / 2);
  },
  SERVERS * 1_000 + 60_000,
);
