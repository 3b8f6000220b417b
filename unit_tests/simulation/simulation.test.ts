import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { seedOf } from '../support/random.ts';
import { damageStates } from './damage.ts';
import { Destination } from './destination.ts';
import { type History, histories, type Round } from './histories.ts';
import { differences, ENDINGS } from './judge.ts';
import { sync } from './sync.ts';
import { type Event, type Step, World } from './world.ts';

const RUNS = Number(process.env.SIMULATION_RUNS ?? 60);
const SEED = seedOf(20_261_129);

/** A sync without faults. */
const QUIET: Omit<Round, 'before'> = {
  mode: 'incremental',
  steps: [],
  concurrency: 4,
  kill: undefined,
  outageFrom: Number.POSITIVE_INFINITY,
  keepsTail: true,
  logFault: undefined,
  listsAreEmpty: false,
  stateDamage: 'none',
};

async function play({ world: options, merge, streams, startDate, rounds }: History): Promise<void> {
  const world = new World(options);
  const destination = new Destination(merge);
  const { states } = destination;
  const syncOnce = async (round: Omit<Round, 'before'>): Promise<boolean> => {
    const { mode, concurrency, kill, outageFrom } = round;
    const disturbances = { kill, outageFrom, steps: [...round.steps] };
    world.logFault = round.logFault;
    world.listsAreEmpty = round.listsAreEmpty;
    damageStates(destination, round.stateDamage);
    destination.begin(streams, mode);
    const result = await sync(world, { ...disturbances, streams, mode, concurrency, startDate, states });
    destination.apply(result.messages, round.keepsTail, mode);
    expect(result.falseTombstones).toEqual([]);
    return result.complete;
  };

  for (const round of rounds) {
    for (const event of round.before) world.happen(event);
    await syncOnce(round);
  }
  for (const { name: ending, waitMs } of ENDINGS) {
    world.happen({ kind: 'wait', milliseconds: waitMs });
    expect(await syncOnce(QUIET)).toBe(true);
    for (const stream of streams) {
      const found = differences({ world, destination, stream, startDate, ending });
      expect({ stream, ending, ...found }).toEqual({ stream, ending, lost: [], stale: [], undead: [] });
    }
  }
  expect(world.unexpected).toEqual([]);
}

test(
  `after ${RUNS} histories a destination equals the server, and no living row was removed`,
  async () => {
    await fc.assert(fc.asyncProperty(histories, play), { numRuns: RUNS, seed: SEED, endOnFailure: true });
  },
  RUNS * 1_000 + 60_000,
);

test('a row that is deleted after the changed rows came is removed in the same sync', async () => {
  const world = new World({
    largestPage: 200,
    rows: 8,
    clocks: { dateMs: 0, rowsMs: 0, deletionsMs: 0 },
    deleteLogRepeats: false,
    server: { singleRowsRefusedWith: undefined, hidesArchived: false },
    visibility: [0],
  });
  const destination = new Destination('newest cursor');
  const { states } = destination;
  const deletion: Event = { kind: 'delete', stream: 'people', pick: 3, rows: 1 };
  for (const beforeSecondRequest of [[], [deletion]]) {
    const steps: Step[] = [[], beforeSecondRequest].map((events) => ({ events, fault: 'none' }));
    const options = { ...QUIET, steps, concurrency: 1, startDate: undefined, states };
    const { messages } = await sync(world, { ...options, streams: ['people'] });
    destination.apply(messages, true);
  }
  expect(destination.table('people').size).toBe(7);
});
