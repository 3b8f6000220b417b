import { expect, test } from '@jest/globals';
import type { JsonObject } from '../src/cdk/index.ts';
import { type Api, type ApiOptions, startApi } from './support/api.ts';
import { Destination } from './support/destination.ts';
import { clockAt } from './support/process.ts';
import type { Run } from './support/run.ts';
import { expected, keysOf, OPTIONAL, STREAM_NAMES, type StreamName } from './support/streams.ts';

const NOW = Date.parse('2026-03-18T10:30:15.250Z');
const HOUR = 3_600_000;

/** The streams with a Delete Log. */
const LOGGED = ['time_off', 'tasks', 'logged_time'] as const;
/** The streams whose keys are compared. */
const COMPARED = ['people', 'projects', 'phases'] as const;
const logOf = (name: StreamName): string => `/deleted${expected(name).path}`;

const iso = (ms: number): string => new Date(ms).toISOString();
/** As a Date header says it. */
const wholeSeconds = (ms: number): number => Math.floor(ms / 1000) * 1000;

/** A mock API whose clock only the test moves, a connector with the same clock, and a destination. */
async function start(options: ApiOptions = {}) {
  const clock = { now: NOW };
  const api = await startApi({ now: () => clock.now, company: { people: 8, weeks: 1 }, ...options });
  const destination = new Destination();
  const sync = async (streams: readonly StreamName[]): Promise<Run> => {
    api.resetRequests();
    const input = { mode: 'incremental', state: destination.state() };
    const run = await api.read(streams, input, { clock: clockAt(clock.now) });
    destination.take(run);
    return run;
  };
  return { api, clock, destination, sync };
}

const remove = (api: Api, name: StreamName, ...keys: (string | number)[]): void => {
  for (const key of keys) api.company.remove(expected(name).endpoint, key);
};

const tombstoneIds = (run: Run, name: StreamName): unknown[] =>
  run.records(name).flatMap(({ id, _ab_cdc_deleted_at: at }) => (at ? [id] : []));

function expectSame(destination: Destination, api: Api, names: readonly StreamName[]): void {
  for (const name of names) {
    expect({ name, ids: destination.ids(name) }).toEqual({ name, ids: keysOf(api, name).sort() });
  }
}

test('an account without deletions needs 22 requests, also if old rows were edited', async () => {
  const { api, clock, sync } = await start();
  const core = STREAM_NAMES.filter((name) => !(name in OPTIONAL));
  await sync(core);
  clock.now += HOUR;
  await sync(core);
  const wanted = [...core, ...COMPARED].map((name) => expected(name).path);
  expect(api.requests.map(({ path }) => path).sort()).toEqual([...wanted, ...LOGGED.map(logOf)].sort());
  expect(api.requests).toHaveLength(22);
  for (const name of COMPARED) api.company.update(expected(name).endpoint, keysOf(api, name).at(-1) ?? 0, {});
  clock.now += HOUR;
  await sync(core);
  expect(api.requests).toHaveLength(22);
});

test('a deleted row arrives as a tombstone after the rows of its stream; a restored row comes back', async () => {
  const { api, clock, destination, sync } = await start();
  const names = [...LOGGED, ...COMPARED];
  await sync(names);
  clock.now += HOUR;
  const gone = names.map((name) => {
    const { endpoint, key } = expected(name);
    const row = { ...api.company.rows(endpoint)[2] };
    remove(api, name, row[key] as string | number);
    return { name, key: row[key], row };
  });
  for (const name of LOGGED) api.company.insert(expected(name).endpoint);
  const deletedAt = iso(clock.now);
  clock.now += HOUR;
  const began = iso(wholeSeconds(clock.now));
  const run = await sync(names);

  const { catalog } = (await api.discover()).only('CATALOG');
  for (const { name, key } of gone) {
    const isLogged = LOGGED.some((one) => one === name);
    // A comparison does not know when the row was deleted, and requests it twice to be sure.
    const times = { modified: began, _ab_cdc_deleted_at: isLogged ? deletedAt : began };
    const tombstone = { id: key, [expected(name).key]: key, ...times };
    expect(run.records(name).at(-1)).toEqual(tombstone);
    expect(tombstoneIds(run, name)).toEqual([key]);
    expect(api.requestsTo(`${expected(name).path}/${key}`)).toHaveLength(isLogged ? 0 : 2);
    const schema = catalog.streams.find((stream) => stream.name === name)?.json_schema;
    expect(Object.keys(schema?.properties ?? {})).toEqual(expect.arrayContaining(Object.keys(tombstone)));
  }
  for (const name of COMPARED) {
    expect(run.logs('INFO').join('\n')).toMatch(new RegExp(`${name}: compared the keys of \\d+ rows, because .* 1\\.`));
  }
  expectSame(destination, api, names);

  // Restored rows of these streams keep their old stamps, so filtered lists omit them.
  for (const { name, row } of gone.slice(LOGGED.length)) api.company.insert(expected(name).endpoint, row);
  clock.now += HOUR;
  await sync(names);
  expectSame(destination, api, names);
});

test.each([
  { deleteLog: 'missing' as const, status: 404 },
  { deleteLog: 'forbidden' as const, status: 403 },
])('without a Delete Log ($status), the rows are read, and one WARN says so', async ({ deleteLog }) => {
  const { api, clock, sync } = await start({ deleteLog });
  await sync(['tasks', 'people']);
  clock.now += HOUR;
  const added = api.company.insert('tasks');
  const run = await sync(['tasks', 'people']);
  expect(run.logs('WARN')).toEqual([expect.stringMatching(/tasks.*Delete Log.*deleted rows stay in the destination/)]);
  expect(run.records('tasks').map(({ id }) => id)).toContain(added.task_id);
  // No deletion was applied. If the server offers the log one day, it is read from here.
  expect(run.lastState('tasks').deletionsSince).toBe(iso(wholeSeconds(NOW) - HOUR));
});

test('after more than 72 hours one WARN says that deletions may be missing', async () => {
  const { api, clock, sync } = await start();
  await sync(['tasks']);
  const [missed = 0, found = 0] = keysOf(api, 'tasks');
  remove(api, 'tasks', missed);
  clock.now += 71 * HOUR;
  remove(api, 'tasks', found);
  clock.now += 2 * HOUR;
  const late = await sync(['tasks']);
  expect(late.logs('WARN')).toEqual([expect.stringMatching(/tasks.*72 hours.*"Refresh and remove records"/)]);
  expect(tombstoneIds(late, 'tasks')).toEqual([found]);
  clock.now += 71 * HOUR;
  expect((await sync(['tasks'])).logs('WARN')).toEqual([]);
});

test('if the Delete Log cannot be read, the state does not move, and the next sync applies the deletions', async () => {
  const { api, clock, destination, sync } = await start();
  await sync(['tasks', 'time_off', 'people']);
  const before = destination.state();
  clock.now += HOUR;
  for (const name of ['tasks', 'time_off'] as const) remove(api, name, ...keysOf(api, name).slice(0, 5));
  clock.now += HOUR;
  const invalid: JsonObject[] = [{ id: 1, timestamp: iso(clock.now) }, { id: 2 }];
  api.script(logOf('tasks'), { kind: 'answer', status: 400, body: '{"message":"Invalid cursor."}' });
  api.script(logOf('time_off'), { kind: 'body', body: JSON.stringify({ data: invalid }) });
  const failed = await sync(['tasks', 'time_off', 'people']);
  for (const name of ['tasks', 'time_off'] as const) {
    expect(failed.failure(name).failure_type).toBe('system_error');
    expect(failed.records(name)).toEqual([]);
    const stateOf = (entries: JsonObject[]) => entries.find((entry) => JSON.stringify(entry).includes(`"${name}"`));
    expect(stateOf(destination.state())).toEqual(stateOf(before));
  }
  expect(failed.statuses('people').at(-1)).toBe('COMPLETE');
  await sync(['tasks', 'time_off']);
  expectSame(destination, api, ['tasks', 'time_off']);
});
