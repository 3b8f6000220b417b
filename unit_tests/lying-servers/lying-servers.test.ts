import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isObject, type JsonObject } from '../../src/cdk/index.ts';
import { seedOf } from '../support/random.ts';
import { judge, judgeAll, type Kind, type OpenList } from './judge.ts';
import { LISTS } from './rows.ts';
import { scenarios } from './servers.ts';

const RUNS = Number(process.env.LYING_SERVERS ?? 100);
const SEED = seedOf(20_261_129);

/** Share of the servers whose read may fail with a reason, or be repeated by the next sync. */
const MOST_GIVEN_UP = 0.1;

test(
  `${RUNS} lying servers are read whole, or fail with a reason (seed ${SEED})`,
  async () => {
    const figures = await judgeAll({ runs: RUNS, seed: SEED });
    const givenUp = figures['given up'] + figures.repeatable;
    expect({ figures, isBelow: givenUp <= RUNS * MOST_GIVEN_UP }).toEqual({ figures, isBelow: true });
  },
  RUNS * 1_000 + 60_000,
);

/** Reads page after page until one is not full. It believes the server, as many connectors do. */
const openCredulous: OpenList = async ({ server: { list } }, openTransport, { clock, signal }) => {
  const transport = await openTransport('https://api.test/v3', {}, clock, signal);
  const { path, nativeKey } = LISTS[list];
  async function* read() {
    for (let page = 1, isFull = true; isFull; page += 1) {
      const answer = await transport.get(`https://api.test/v3${path}?page=${page}&per-page=200`, 60_000);
      if ('outcome' in answer) throw new Error(`page ${page} failed`);
      const { body } = answer;
      const rows = ((isObject(body) ? body.data : body) ?? []) as JsonObject[];
      isFull = rows.length === 200;
      yield { rows };
    }
  }
  const properties = { [nativeKey]: { type: ['integer', 'string'] }, region: { type: 'integer' } };
  return {
    streams: [{ name: list, jsonSchema: { type: 'object', properties }, primaryKey: [nativeKey], read }],
    maxConcurrentStreams: 1,
    check: async () => undefined,
    close: () => transport.close(),
  };
};

// If the servers stopped lying, or if the judge excused every missing row, the test above would still pass.
test('a reader that believes the servers loses rows and repeats others', async () => {
  const kinds: Kind[] = [];
  const fullRefreshes = scenarios.filter(({ read }) => read === 'full refresh');
  await fc.assert(
    fc.asyncProperty(fullRefreshes, async (scenario) => {
      const { kind } = await judge(scenario, openCredulous);
      kinds.push(kind);
    }),
    { numRuns: 50, seed: 20_261_129 },
  );
  expect(kinds.filter((kind) => kind === 'lost').length).toBeGreaterThan(5);
  expect(kinds.filter((kind) => kind === 'repeated').length).toBeGreaterThan(1);
});
