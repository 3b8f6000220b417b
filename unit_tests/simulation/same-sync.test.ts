import { expect, test } from '@jest/globals';
import { Destination } from './destination.ts';
import { sync } from './sync.ts';
import { type Event, World } from './world.ts';

/** A whole sync of people; the events happen just before its second request. */
async function syncPeople(world: World, destination: Destination, events: Event[]): Promise<void> {
  const steps = [[], events].map((events) => ({ events, trouble: 'none' as const }));
  const { states } = destination;
  const options = { streams: ['people'], mode: 'incremental', concurrency: 1, startDate: undefined } as const;
  const { messages } = await sync(world, {
    ...options,
    states,
    steps,
    kill: undefined,
    outageFrom: Number.POSITIVE_INFINITY,
  });
  destination.apply(messages, true);
}

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
  await syncPeople(world, destination, []);
  await syncPeople(world, destination, [{ kind: 'delete', stream: 'people', pick: 3, rows: 1 }]);
  expect(destination.table('people').size).toBe(7);
});
