import { expect, test } from '@jest/globals';
import type { Key } from '../mock-api/rows.ts';
import type { JsonObject } from '../src/cdk/index.ts';
import { type ApiOptions, startApi } from './support/api.ts';
import { check, connector } from './support/connector.ts';
import { Destination } from './support/destination.ts';
import { catalogOf, fileOf } from './support/inputs.ts';
import { answerInPod, type PodRead, readInPod } from './support/pod.ts';
import { clockAt, command } from './support/process.ts';
import { expected, INCREMENTAL, REPORT_STREAMS, STREAM_NAMES, type StreamName } from './support/streams.ts';

const NOW = Date.parse('2026-03-18T10:30:15.000Z');
const HOUR = 3_600_000;

/** Twelve pages; a read writes a checkpoint every five. */
const TASKS = 2_300;

async function startStill(options: ApiOptions = {}) {
  const clock = { now: NOW };
  const api = await startApi({ now: () => clock.now, company: { counts: { tasks: TASKS, people: 30 } }, ...options });
  const keys = (name: StreamName) =>
    api.company.rows(expected(name).endpoint).map((row) => row[expected(name).key] as Key);
  const notes = (rows: readonly JsonObject[], key: string) => new Map(rows.map((row) => [row[key], row.notes]));
  const expectSame = (destination: Destination, name: StreamName): void => {
    const { endpoint, key } = expected(name);
    expect(notes(destination.rows(name), 'id')).toEqual(notes(api.company.rows(endpoint), key));
  };
  return { api, clock, keys, expectSame };
}

/** Cancels when so many records were read. */
const afterRecords = (most: number): PodRead['onLine'] => {
  let records = 0;
  return (line) => {
    if (line.startsWith('{"type":"RECORD"')) records += 1;
    return records >= most ? 'cancel' : undefined;
  };
};

test('spec, check and discover answer into a file and leave no other files', async () => {
  const api = await startApi();
  const left = ['exitCode.txt', 'jobOutput.json'];
  const spec = await answerInPod('spec');
  expect(spec).toMatchObject({ code: 0, left });
  expect(spec.only('SPEC').spec.connectionSpecification).toHaveProperty('properties.api_token');

  const withConfig = ['connectionConfiguration.json', ...left];
  const good = await answerInPod('check', api.config);
  expect(good).toMatchObject({ code: 0, left: withConfig, connectionStatus: { status: 'SUCCEEDED' } });
  const bad = await answerInPod('check', { ...api.config, api_token: 'wr0ng' });
  expect(bad).toMatchObject({ code: 0, connectionStatus: { status: 'FAILED' } });
  const discovered = await answerInPod('discover', api.config);
  expect(discovered).toMatchObject({ code: 0, left: withConfig });
  const offered = discovered.only('CATALOG').catalog.streams.map(({ name }) => name);
  expect(offered.sort()).toEqual([...STREAM_NAMES, ...REPORT_STREAMS].sort());
});

test('a read through named pipes without a state reads every stream completely and leaves no files', async () => {
  const api = await startApi({ company: { counts: { tasks: 6_000 } } });
  const run = await readInPod({ config: api.config, catalog: catalogOf(STREAM_NAMES, 'incremental') });
  const left = ['catalog.json', 'connectorConfig.json', 'exitCode.txt', 'stderr', 'stdout'];
  expect({ code: run.code, left: run.left }).toEqual({ code: 0, left });
  for (const name of STREAM_NAMES) {
    const { endpoint, key } = expected(name);
    const keys = api.company.rows(endpoint).map((row) => row[key]);
    expect({ name, keys: run.records(name).map((record) => record[key]) }).toEqual({ name, keys });
  }
});

test('a platform that cancels closes its end of the pipe: the connector ends at once, and quietly', async () => {
  const api = await startApi({ latencyMs: 30, company: { counts: { tasks: 20_000 } } });
  const run = await readInPod({
    config: api.config,
    catalog: catalogOf(['tasks']),
    onLine: (line) => (line.startsWith('{"type":"RECORD"') ? 'cancel' : undefined),
  });
  expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 1, stderr: '' });
  // Of a hundred pages it asks for no more than those that were under way.
  expect(api.requests.length).toBeLessThan(50);
});

test('after many cancelled syncs with late states, no row is lost or stale', async () => {
  const { api, clock, keys, expectSame } = await startStill();
  const destination = new Destination();
  const catalog = catalogOf(['tasks', 'people'], 'incremental');
  for (const most of [700, 2_100, 300, 1_500]) {
    const state = destination.state();
    const given = state.length > 0 ? { state } : {};
    const run = await readInPod({ config: api.config, catalog, ...given, onLine: afterRecords(most) });
    destination.takeAhead(run);
    clock.now += HOUR;
    const [newest, second] = keys('tasks');
    api.company.remove('tasks', newest as Key);
    api.company.update('tasks', second as Key, { notes: `after ${most} records` });
    api.company.update('tasks', keys('tasks').at(-1) as Key, { notes: `after ${most} records, too` });
    api.company.insert('tasks');
    clock.now += HOUR;
  }
  const last = await readInPod({ config: api.config, catalog, state: destination.state() });
  expect(last.code).toBe(0);
  destination.take(last);
  for (const name of ['tasks', 'people'] as const) expectSame(destination, name);
});

/** A catalog of the platform in a job that refreshes one of its streams. */
function refreshing(name: StreamName, mode: string, generation: number): JsonObject {
  const catalog = catalogOf(['tasks', 'people'], 'incremental') as { streams: JsonObject[] };
  const streams = catalog.streams.map((entry) =>
    (entry.stream as JsonObject).name === name
      ? { ...entry, sync_mode: mode, generation_id: generation, minimum_generation_id: generation, sync_id: generation }
      : entry,
  );
  return { streams };
}

test.each(['incremental', 'full_refresh'])(
  'a refreshed stream has no state in the first attempt, and later attempts continue from it: %s',
  async (mode) => {
    const { api, clock, expectSame } = await startStill();
    const { config } = api;
    const destination = new Destination();
    destination.take(await readInPod({ config, catalog: catalogOf(['tasks', 'people'], 'incremental') }));

    clock.now += HOUR;
    destination.forget('tasks');
    api.resetRequests();
    const catalog = refreshing('tasks', mode, 2);
    const attempt = async (onLine?: PodRead['onLine']) => {
      const run = await readInPod({ config, catalog, state: destination.state(), onLine });
      destination.take(run);
      return run;
    };
    await attempt(afterRecords(1_500));
    // One row tells how many people there are.
    const isForChanges = ({ query }: { query: Record<string, string> }): boolean =>
      query.modified_since !== undefined || query['per-page'] === '1';
    expect(api.requestsTo('/people').every(isForChanges)).toBe(true);
    expect(api.requestsTo('/tasks')[0]?.query).toMatchObject({ page: '1' });
    expect(api.requestsTo('/tasks')[0]?.query.modified_since).toBeUndefined();
    expect(destination.rows('tasks')).toHaveLength(1_000);

    api.resetRequests();
    const second = await attempt();
    expect(second.code).toBe(0);
    expect(second.records('tasks').length).toBeLessThan(TASKS - 700);
    expectSame(destination, 'tasks');

    // Another attempt, as where another stream had failed: a full refresh that is complete is not done again.
    api.resetRequests();
    const third = await attempt();
    expect(third.lastState('tasks')).toEqual(second.lastState('tasks'));
    const asked = api.requestsTo('/tasks').map(({ query }) => query.modified_since !== undefined);
    expect({ mode, asked }).toEqual({ mode, asked: mode === 'full_refresh' ? [] : [true] });
    expectSame(destination, 'tasks');
  },
);

/** A catalog as PyAirbyte writes it: every stream incremental, nothing that is null. */
const ofPyAirbyte = (): JsonObject => ({
  streams: (catalogOf(STREAM_NAMES).streams as JsonObject[]).map(({ stream }) => {
    const { namespace: _, ...rest } = stream as JsonObject;
    return { stream: rest, sync_mode: 'incremental', destination_sync_mode: 'overwrite' };
  }),
});

/** States as pydantic writes them: every null spelled out. */
const withNulls = (state: JsonObject): JsonObject => ({
  type: 'STREAM',
  stream: { ...(state.stream as JsonObject), stream_descriptor: { ...nameIn(state), namespace: null } },
  global_: null,
  data: null,
  sourceStats: { recordCount: 3, rejectedRecordCount: null },
  destinationStats: null,
});

const nameIn = ({ stream }: JsonObject): JsonObject => (stream as JsonObject).stream_descriptor as JsonObject;

test('PyAirbyte reads every stream as incremental, first from [], then from its own states', async () => {
  const { api, clock, keys } = await startStill();
  const args = [
    'read',
    ...['--config', await fileOf(JSON.stringify(api.config), '.json')],
    ...['--catalog', await fileOf(JSON.stringify(ofPyAirbyte()), '.txt')],
  ];
  const first = await connector([...args, '--state', await fileOf('[]', '.txt')]);
  for (const name of STREAM_NAMES) expect(first.records(name)).toHaveLength(keys(name).length);

  clock.now += HOUR;
  const changed = keys('tasks').at(-1) as Key;
  api.company.update('tasks', changed, { notes: 'changed' });
  clock.now += HOUR;
  const states = first.stateFile().map(withNulls);
  const withState = [...args, '--state', await fileOf(JSON.stringify(states), '.txt')];
  const second = await connector(withState, { clock: clockAt(clock.now) });
  // Of the newer endpoints the mock makes up fields.
  expect(second.logs('WARN').filter((line) => !line.includes('that have no column'))).toEqual([]);
  for (const name of STREAM_NAMES.filter((name) => !INCREMENTAL.includes(name)))
    expect({ name, rows: second.records(name).length }).toEqual({ name, rows: keys(name).length });
  expect(second.records('tasks').map(({ id }) => id)).toContain(changed);
  expect(second.records('tasks').length).toBeLessThan(20);
});

test('SIGTERM, with which PyAirbyte ends a process, ends it silently', async () => {
  const api = await startApi();
  api.script('/departments', { kind: 'hang' });
  const run = await command(['check', '--config', await fileOf(JSON.stringify(api.config), '.json')], {
    started: (child) => {
      api.before('/departments', 1, () => void child.kill('SIGTERM'));
    },
  });
  expect(run).toMatchObject({ code: null, signal: 'SIGTERM', stdout: '', stderr: '' });
  expect((await check(api.config)).connectionStatus).toEqual({ status: 'SUCCEEDED' });
});
