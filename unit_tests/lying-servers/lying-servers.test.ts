import { writeFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { seedOf } from '../support/random.ts';
import { FAULTS, judge, type Kind, type Verdict } from './judge.ts';
import { type Scenario, scenarios } from './servers.ts';

const RUNS = Number(process.env.LYING_SERVERS ?? 250);
const SEED = seedOf(20_261_129);

/** Share of the servers that may be given up on with a reason, or read again by the next sync. */
const MOST_GIVEN_UP = 0.1;

const KINDS: readonly Kind[] = ['whole', 'given up', 'repeatable', 'undetectable', ...FAULTS];

test(
  `${RUNS} lying servers are read whole, or fail with a reason (seed ${SEED})`,
  async () => {
    const figures = new Map<Kind, number>(KINDS.map((kind) => [kind, 0]));
    await fc.assert(
      fc.asyncProperty(scenarios, async (scenario) => {
        const { kind } = await judge(scenario);
        figures.set(kind, (figures.get(kind) ?? 0) + 1);
      }),
      { numRuns: RUNS, seed: SEED },
    );
    const told = JSON.stringify({ seed: SEED, servers: RUNS, ...Object.fromEntries(figures) });
    if (process.env.LYING_FIGURES !== undefined) writeFileSync(process.env.LYING_FIGURES, `${told}\n`);
    if (FAULTS.some((kind) => figures.get(kind) !== 0)) await shrink(told);
    const givenUp = (figures.get('given up') ?? 0) + (figures.get('repeatable') ?? 0);
    expect({ told, isBelow: givenUp <= RUNS * MOST_GIVEN_UP }).toEqual({ told, isBelow: true });
  },
  RUNS * 1_000 + 60_000,
);

/** Finds the same failure again, for fast-check to make it small and to print it. */
async function shrink(figures: string): Promise<void> {
  await fc.assert(
    fc.asyncProperty(scenarios, async (scenario) => {
      const verdict = await judge(scenario);
      if (FAULTS.includes(verdict.kind)) throw new Error(explain(scenario, verdict, figures));
    }),
    { numRuns: RUNS, seed: SEED },
  );
}

function explain(scenario: Scenario, { why, requests }: Verdict, figures: string): string {
  const shown = requests.length > 40 ? [...requests.slice(0, 40), `… ${requests.length} requests in all`] : requests;
  return [`${figures}`, why, JSON.stringify(scenario, null, 2), ...shown].join('\n');
}
