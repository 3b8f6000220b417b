import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { endpointOf } from '../../mock-api/endpoints.ts';
import { isObject, toUtcTimestamp } from '../../src/cdk/index.ts';
import { seedOf } from '../support/random.ts';
import { damageStates } from './damage.ts';
import { Destination } from './destination.ts';
import { type History, histories } from './histories.ts';
import { STREAMS, type StreamName, sync, World } from './world.ts';

const RUNS = Number(process.env.SIMULATION_RUNS ?? 300);
const SEED = seedOf(20_261_129);

/** Deletions of these reach a destination; the others have no Delete Log. */
const FOLLOWED: readonly StreamName[] = ['tasks', 'time_off', 'logged_time'];

/** Longer than any write stays unseen, and than what a sync asks for again. */
const QUIET = 10 * 60_000;

async function play({ world: options, merge, streams, startDate, rounds }: History): Promise<void> {
  const world = new World(options);
  const destination = new Destination(merge);
  const syncOnce = async (round: Partial<History['rounds'][number]>): Promise<boolean> => {
    const { steps = [], concurrency = 4, killedAtLine = Number.POSITIVE_INFINITY, keepsTail = true } = round;
    const { states } = destination;
    const result = await sync(world, {
      streams,
      mode: 'incremental',
      concurrency,
      startDate,
      states,
      steps,
      killedAtLine,
    });
    destination.apply(result.messages, keepsTail);
    return result.complete;
  };

  for (const round of rounds) {
    for (const event of round.before) world.happen(event);
    world.logFault = round.logFault;
    damageStates(destination.states, round.stateDamage);
    await syncOnce({ ...round, steps: [...round.steps] });
  }
  world.logFault = undefined;
  world.happen({ kind: 'wait', milliseconds: QUIET });
  expect(await syncOnce({})).toBe(true);
  expect(world.unexpected).toEqual([]);
  for (const stream of streams) expectSame(stream, world, destination, startDate);
}

function expectSame(stream: StreamName, world: World, destination: Destination, startDate: string | undefined): void {
  const { hides, key } = endpointOf(STREAMS[stream]);
  const server = new Map<string, unknown>();
  const old = new Set<string>();
  for (const row of world.company.rows(STREAMS[stream])) {
    if (hides?.(row)) continue;
    const modified = toUtcTimestamp(String(row.modified)) ?? null;
    const isBefore = startDate !== undefined && Date.parse(modified ?? '1970-01-01') < Date.parse(startDate);
    if (isBefore) old.add(String(row[key]));
    else server.set(String(row[key]), { notes: row.notes ?? null, modified });
  }
  const table = [...(destination.tables.get(stream) ?? [])];
  const delivered = new Map(
    table.map(([id, { notes, modified, additional_fields: additional }]) => {
      // Time off has no column of that name.
      const note = notes ?? (isObject(additional) ? additional.notes : undefined);
      return [id, { notes: note ?? null, modified: modified ?? null }];
    }),
  );

  const lost = [...server.keys()].filter((id) => !delivered.has(id));
  const stale = [...server].filter(
    ([id, row]) => delivered.has(id) && JSON.stringify(delivered.get(id)) !== JSON.stringify(row),
  );
  const undead = FOLLOWED.includes(stream) ? [...delivered.keys()].filter((id) => !server.has(id) && !old.has(id)) : [];
  expect({ stream, lost, stale, undead }).toEqual({ stream, lost: [], stale: [], undead: [] });
}

test(
  `after ${RUNS} histories a destination equals the server`,
  async () => {
    await fc.assert(fc.asyncProperty(histories, play), { numRuns: RUNS, seed: SEED, endOnFailure: true });
  },
  RUNS * 1_000 + 60_000,
);
