import type { ChildProcess } from 'node:child_process';
import { expect, test } from '@jest/globals';
import type { JsonObject } from '../src/cdk/index.ts';
import { startApi } from './support/api.ts';
import { Destination } from './support/destination.ts';
import { catalogOf } from './support/inputs.ts';

const NOW = Date.parse('2026-03-18T10:30:15.000Z');
const HOUR = 3_600_000;

test('a killed sync continues from its last checkpoint, and what changed since its start arrives', async () => {
  const clock = { now: NOW };
  // Eight pages. A read writes a checkpoint every five.
  const api = await startApi({ now: () => clock.now, company: { counts: { tasks: 1_500, people: 3 } } });
  const streams = ['tasks', 'people'];
  let child: ChildProcess | undefined;
  api.before('/tasks', 8, () => child?.kill('SIGKILL'));
  const started = (process: ChildProcess): void => {
    child = process;
  };
  const input = { mode: 'incremental', config: { concurrency: 1 } };
  const killed = await api.read(streams, input, { started, killed: true });
  expect(killed.signal).toBe('SIGKILL');
  const destination = new Destination();
  destination.take(killed);
  expect(destination.rows('tasks')).toHaveLength(1_000);

  // The killed sync delivered both rows.
  clock.now += HOUR;
  const [edited, removed] = api.company.rows('tasks').map(({ task_id }) => Number(task_id));
  api.company.update('tasks', edited ?? 0, { notes: 'edited between the syncs' });
  api.company.remove('tasks', removed ?? 0);
  clock.now += HOUR;
  api.resetRequests();
  destination.take(await api.read(streams, { mode: 'incremental', state: destination.state() }));
  const held = new Map(destination.rows('tasks').map(({ id, notes }) => [id, notes]));
  expect(held).toEqual(new Map(api.company.rows('tasks').map(({ task_id, notes }) => [task_id, notes])));
  // The pages after the checkpoint, and its last page again.
  const pages = api.requestsTo('/tasks').filter(({ query }) => query.modified_since === undefined);
  expect(pages.length).toBeLessThanOrEqual(4);
  expect(pages.every(({ query }) => Number(query.page) > 1)).toBe(true);
});

test('a full refresh that failed continues in the next attempt, and is not repeated after it is complete', async () => {
  const api = await startApi({ company: { counts: { tasks: 2_300, people: 30 } } });
  const catalog = catalogOf(['tasks', 'people'], 'incremental') as { streams: [JsonObject, JsonObject] };
  const attempt = async (state: JsonObject[]) => {
    api.resetRequests();
    return api.read([], { catalog, state });
  };
  const before = await attempt([]);

  // The platform refreshes a stream: its first attempt has no state of it, later attempts have the state of the first one.
  Object.assign(catalog.streams[0], { sync_mode: 'full_refresh', generation_id: 2, minimum_generation_id: 2 });
  const none = Array.from({ length: 9 }, () => ({ kind: 'none' as const }));
  api.script('/tasks', ...none, { kind: 'answer', status: 400, body: '{}' });
  const stateOf = (name: string) => (state: JsonObject) => JSON.stringify(state).includes(`"name":"${name}"`);
  const first = await attempt(before.stateFile().filter(stateOf('people')));
  expect(first.statuses('tasks').at(-1)).toBe('INCOMPLETE');
  expect(api.requestsTo('/tasks')[0]?.query).toMatchObject({ page: '1' });
  // A request for one row is for the number of people.
  const unchanged = api.requestsTo('/people').filter(({ query }) => query['per-page'] !== '1' && !query.modified_since);
  expect(unchanged).toEqual([]);

  const second = await attempt(first.stateFile());
  const ids = [...first.records('tasks'), ...second.records('tasks')].map(({ id }) => id);
  expect(new Set(ids)).toEqual(new Set(api.company.rows('tasks').map(({ task_id }) => task_id)));
  expect(second.records('tasks').length).toBeLessThan(1_500);

  // Another attempt, because another stream failed.
  const third = await attempt(second.stateFile());
  expect(third.lastState('tasks')).toEqual(second.lastState('tasks'));
  expect(api.requestsTo('/tasks')).toEqual([]);
});
