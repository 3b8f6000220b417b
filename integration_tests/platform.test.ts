/** How the platform and PyAirbyte end a run, and how they repeat it. `npm run test:e2e` also tests this with the image and PyAirbyte. */
import { expect, test } from '@jest/globals';
import type { JsonObject } from '../src/cdk/index.ts';
import { startApi } from './support/api.ts';
import { connector } from './support/connector.ts';
import { catalogOf, jsonFile } from './support/inputs.ts';
import { command } from './support/process.ts';

test('a platform that cancels closes its end of the pipe: the connector ends at once, without output on stderr', async () => {
  const api = await startApi({ latencyMs: 30, company: { counts: { tasks: 20_000 } } });
  const args = ['--config', await jsonFile(api.config), '--catalog', await jsonFile(catalogOf(['tasks']))];
  const run = await command(['read', ...args], {
    started: ({ stdout }) => void stdout?.once('data', () => stdout.destroy()),
  });
  expect(run).toMatchObject({ code: 1, signal: null, stderr: '' });
  // The list has a hundred pages. Only those that were requested already are read.
  expect(api.requests.length).toBeLessThan(50);
});

test('SIGTERM, with which PyAirbyte ends a process, ends it silently', async () => {
  const api = await startApi();
  api.script('/departments', { kind: 'hang' });
  const run = await command(['check', '--config', await jsonFile(api.config)], {
    started: (child) => {
      api.before('/departments', 1, () => void child.kill('SIGTERM'));
    },
  });
  expect(run).toMatchObject({ code: null, signal: 'SIGTERM', stdout: '', stderr: '' });
});

test('a full refresh that failed continues in the next attempt, and is not repeated after it is complete', async () => {
  const api = await startApi({ company: { counts: { tasks: 2_300, people: 30 } } });
  const catalog = catalogOf(['tasks', 'people'], 'incremental') as { streams: [JsonObject, JsonObject] };
  const attempt = async (state: JsonObject[]) => {
    api.resetRequests();
    const args = ['--config', await jsonFile(api.config), '--catalog', await jsonFile(catalog)];
    return connector(['read', ...args, '--state', await jsonFile(state)]);
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
