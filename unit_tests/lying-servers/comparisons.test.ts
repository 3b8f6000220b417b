import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { JsonObject } from '../../src/cdk/index.ts';
import { seedOf } from '../support/random.ts';
import { emittedBy } from '../support/read-in-process.ts';
import { readOnce } from './judge.ts';
import { rowsBefore } from './rows.ts';
import { LyingServer, type ServerDescription } from './server.ts';
import { type Scenario, scenarios } from './servers.ts';

/** Fewer servers than elsewhere, because each is synced thirty times. */
const RUNS = Math.ceil(Number(process.env.LYING_SERVERS ?? 100) / 30);
const SYNCS = 30;
const MOST_COMPARISONS = 5;

const HOUR_MS = 3_600_000;

/** The whole list is read from its first page after the question for the total. */
function isComparison(requests: readonly string[]): boolean {
  const question = requests.findIndex((request) => /[?& ]page=1&per-page=1 /.test(request));
  return requests.slice(question + 1).some((request) => question >= 0 && isFirstPageOfAll(request));
}

function isFirstPageOfAll(request: string): boolean {
  return request.startsWith('/people ') && /[& ]page=1&/.test(request) && !request.includes('modified_since');
}

/** What was logged in each sync that compared keys. */
async function comparisonsOf({ server: description, concurrency }: Scenario, everyMs: number): Promise<string[]> {
  const people: ServerDescription = { ...description, list: 'people', moves: [] };
  const scenario: Scenario = { server: people, read: 'first incremental', concurrency };
  const server = new LyingServer(people, rowsBefore(people));
  const comparing: string[] = [];
  let state: JsonObject | undefined;
  for (let sync = 0; sync < SYNCS; sync += 1) {
    const { messages, requests, infos } = await readOnce(scenario, server, state);
    const { states, tombstones } = emittedBy(messages);
    state = states.at(-1);
    if (tombstones.length > 0) throw new Error(`sync ${sync} removed ${tombstones.length} living rows`);
    if (isComparison(requests)) comparing.push(`sync ${sync}: ${infos.join(' ')}`);
    server.nowMs += everyMs;
  }
  return comparing;
}

test(`in ${SYNCS} syncs of an unchanged account, keys are compared at most ${MOST_COMPARISONS} times`, async () => {
  const everyMs = fc.constantFrom(HOUR_MS, 24 * HOUR_MS);
  let most = 0;
  await fc.assert(
    fc.asyncProperty(scenarios, everyMs, async (scenario, interval) => {
      const comparing = await comparisonsOf(scenario, interval);
      most = Math.max(most, comparing.length);
      expect(comparing.length <= MOST_COMPARISONS ? [] : comparing).toEqual([]);
    }),
    { numRuns: RUNS, seed: seedOf(20_261_129) },
  );
  // Of daily syncs, one a week compares in any case.
  expect(most).toBeGreaterThanOrEqual(3);
}, 600_000);
