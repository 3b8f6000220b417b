import { expect, test } from '@jest/globals';
import type { JsonObject } from '../src/cdk/index.ts';
import { type Api, type ApiOptions, startApi } from './support/api.ts';
import { Destination } from './support/destination.ts';
import { expected, INCREMENTAL, type StreamName } from './support/streams.ts';

const NOW = Date.parse('2026-03-18T10:30:15.250Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** The streams of whose deletions Float keeps a log, and the log's path. */
const FOLLOWED = ['time_off', 'tasks', 'logged_time'] as const;
const logOf = (name: StreamName): string => `/deleted${expected(name).path}`;

const iso = (ms: number): string => new Date(ms).toISOString();

/** A server whose clock only the test moves. */
async function startStill(options: ApiOptions = {}) {
  const clock = { now: NOW };
  const api = await startApi({ now: () => clock.now, ...options });
  return { api, clock };
}

const keysOf = (api: Api, name: StreamName) =>
  api.company.rows(expected(name).endpoint).map((row) => row[expected(name).key] as string | number);

const remove = (api: Api, name: StreamName, ...keys: (string | number | undefined)[]): void => {
  for (const key of keys) api.company.remove(expected(name).endpoint, key as string | number);
};

const tombstones = (records: readonly JsonObject[]): JsonObject[] => records.filter((row) => row._ab_cdc_deleted_at);
const ids = (records: readonly JsonObject[]): unknown[] => records.map(({ id }) => id).sort();

/** Runs one sync of these streams into a destination. */
async function sync(api: Api, destination: Destination, streams: readonly StreamName[], input = {}) {
  const run = await api.read(streams, { mode: 'incremental', state: destination.state(), ...input });
  destination.take(run);
  return run;
}

test('a sync without changes costs one request a stream, two where a Delete Log is read', async () => {
  const { api, clock } = await startStill();
  const destination = new Destination();
  await sync(api, destination, INCREMENTAL);
  expect(api.requests.filter(({ path }) => path.startsWith('/deleted'))).toEqual([]);

  clock.now += HOUR;
  api.resetRequests();
  await sync(api, destination, INCREMENTAL);
  const wanted = [...INCREMENTAL.map((name) => expected(name).path), ...FOLLOWED.map(logOf)];
  expect(api.requests.map(({ path }) => path).sort()).toEqual(wanted.sort());
});

test('a deletion arrives as a tombstone with its key and time, behind the rows of its stream', async () => {
  const { api, clock } = await startStill();
  const destination = new Destination();
  await sync(api, destination, FOLLOWED);
  clock.now += HOUR;
  const gone = FOLLOWED.map((name) => ({ name, key: keysOf(api, name)[2] }));
  for (const { name, key } of gone) {
    remove(api, name, key);
    api.company.insert(expected(name).endpoint);
  }
  const deletedAt = iso(clock.now);
  clock.now += HOUR;
  const run = await sync(api, destination, FOLLOWED);

  const { catalog } = (await api.discover()).only('CATALOG');
  for (const { name, key } of gone) {
    const record = { id: key, [expected(name).key]: key, modified: deletedAt, _ab_cdc_deleted_at: deletedAt };
    expect(run.records(name).at(-1)).toEqual(record);
    expect(tombstones(run.records(name))).toHaveLength(1);
    expect(run.records(name).length).toBeGreaterThan(1);
    const schema = catalog.streams.find((stream) => stream.name === name)?.json_schema;
    expect(Object.keys(schema?.properties ?? {})).toEqual(expect.arrayContaining(Object.keys(record)));
    expect(destination.ids(name)).toEqual(keysOf(api, name).sort());
  }
});

test('the log is read to its end, 500 entries a page, and each deletion is applied once', async () => {
  const { api, clock } = await startStill({
    deleteLogRepeats: true,
    company: { counts: { tasks: 1_210, timeoffs: 3 } },
  });
  const destination = new Destination();
  await sync(api, destination, ['tasks', 'time_off']);
  clock.now += HOUR;
  const gone = keysOf(api, 'tasks').slice(5, 1_105);
  remove(api, 'tasks', ...gone);
  clock.now += HOUR;
  api.resetRequests();
  const run = await sync(api, destination, ['tasks', 'time_off']);
  // A third of the entries comes twice.
  const pages = api.requestsTo(logOf('tasks')).map(({ query }) => query);
  expect(pages.map(({ limit }) => limit)).toEqual(['500', '500', '500']);
  expect(new Set(pages.map(({ cursor }) => cursor)).size).toBe(3);
  expect(ids(tombstones(run.records('tasks')))).toEqual(gone.sort());
  expect(destination.ids('tasks')).toEqual(keysOf(api, 'tasks').sort());

  clock.now += HOUR;
  const next = await sync(api, destination, ['tasks', 'time_off']);
  expect(tombstones(next.records('tasks'))).toEqual([]);
});

test('a row that lives again is not removed, one that was changed before its deletion is', async () => {
  const { api, clock } = await startStill();
  const destination = new Destination();
  await sync(api, destination, ['tasks']);
  const [restored, changed] = keysOf(api, 'tasks');
  const row = api.company.find('tasks', restored as number);
  clock.now += HOUR;
  remove(api, 'tasks', restored);
  api.company.update('tasks', changed as number, { notes: 'changed' });
  clock.now += MINUTE;
  const stamp = iso(clock.now).slice(0, 19).replace('T', ' ');
  api.company.insert('tasks', { ...row, modified: stamp });
  remove(api, 'tasks', changed);
  clock.now += HOUR;
  const run = await sync(api, destination, ['tasks']);
  expect(ids(tombstones(run.records('tasks')))).toEqual([changed]);
  expect(run.records('tasks').map(({ id }) => id)).toContain(restored);
  expect(destination.ids('tasks')).toEqual(keysOf(api, 'tasks').sort());
});

test('what is deleted and inserted while a read is on is right after the next one', async () => {
  const { api, clock } = await startStill({ company: { counts: { tasks: 450, 'logged-time': 450 } } });
  const destination = new Destination();
  await sync(api, destination, FOLLOWED);
  clock.now += HOUR;
  for (const name of ['tasks', 'logged_time'] as const) {
    const keys = keysOf(api, name);
    remove(api, name, keys[7]);
    // After the log was read, before the rows are; and a row that is new to the destination dies unseen.
    api.before(expected(name).path, 1, () => {
      remove(api, name, keys[9], keys[300]);
      const born = api.company.insert(expected(name).endpoint);
      clock.now += 1_000;
      remove(api, name, born[expected(name).key] as string | number);
    });
  }
  const during = await sync(api, destination, FOLLOWED);
  for (const name of ['tasks', 'logged_time'] as const) {
    expect(ids(tombstones(during.records(name)))).toHaveLength(1);
  }
  clock.now += HOUR;
  await sync(api, destination, FOLLOWED);
  for (const name of FOLLOWED) expect(destination.ids(name)).toEqual(keysOf(api, name).sort());
});

test('a deletion that shows up in the log after its time is still applied', async () => {
  const delay = { ms: 0 };
  const { api, clock } = await startStill({ visibilityDelayMs: () => delay.ms });
  const destination = new Destination();
  await sync(api, destination, ['logged_time']);
  clock.now += HOUR;
  delay.ms = 90_000;
  const [gone] = keysOf(api, 'logged_time');
  remove(api, 'logged_time', gone);
  delay.ms = 0;
  clock.now += 10_000;
  const second = await sync(api, destination, ['logged_time']);
  expect(tombstones(second.records('logged_time'))).toEqual([]);
  clock.now += 90_000;
  const third = await sync(api, destination, ['logged_time']);
  expect(ids(tombstones(third.records('logged_time')))).toEqual([gone]);
});

test.each([
  { deleteLog: 'missing' as const, status: 404 },
  { deleteLog: 'forbidden' as const, status: 403 },
])('a log that is $deleteLog is told once, and its stream goes on ($status)', async ({ deleteLog }) => {
  const { api, clock } = await startStill({ deleteLog });
  const destination = new Destination();
  await sync(api, destination, ['tasks', 'people']);
  clock.now += HOUR;
  const added = api.company.insert('tasks');
  const run = await sync(api, destination, ['tasks', 'people']);
  expect(run.logs('WARN')).toEqual([expect.stringMatching(/tasks.*Delete Log.*deletions are not followed/)]);
  expect(ids(run.records('tasks'))).toContain(added.task_id);
  // Nothing was applied: should the log be offered one day, it is read from where it was left.
  const positions = run.states('tasks').map(({ state }) => state.deletions);
  expect(new Set(positions)).toEqual(new Set([iso(NOW - 250 - 2 * MINUTE)]));
});

test('after more than 72 hours a warning says that deletions may be missing, and only then', async () => {
  const { api, clock } = await startStill();
  const destination = new Destination();
  await sync(api, destination, ['tasks']);
  const [missed, met] = keysOf(api, 'tasks');
  remove(api, 'tasks', missed);
  clock.now += 71 * HOUR;
  remove(api, 'tasks', met);
  const intime = await api.read(['tasks'], { mode: 'incremental', state: destination.state() });
  expect(intime.logs('WARN')).toEqual([]);
  expect(ids(tombstones(intime.records('tasks')))).toEqual([missed, met].sort());

  clock.now += 2 * HOUR;
  const late = await sync(api, destination, ['tasks']);
  expect(late.logs('WARN')).toEqual([expect.stringMatching(/tasks.*72 hours.*refresh/)]);
  expect(ids(tombstones(late.records('tasks')))).toEqual([met]);
  clock.now += HOUR;
  expect((await sync(api, destination, ['tasks'])).logs('WARN')).toEqual([]);
});

test('a log that fails on its way leaves its stream where it was; the next sync applies it', async () => {
  const { api, clock } = await startStill({ company: { counts: { tasks: 620 } } });
  const destination = new Destination();
  await sync(api, destination, ['tasks', 'people']);
  const before = destination.state();
  clock.now += HOUR;
  remove(api, 'tasks', ...keysOf(api, 'tasks').slice(0, 610));
  clock.now += HOUR;
  api.script(logOf('tasks'), { kind: 'none' }, { kind: 'answer', status: 400, body: '{"message":"Invalid cursor."}' });
  const failed = await sync(api, destination, ['tasks', 'people']);
  expect(failed.failure('tasks').failure_type).toBe('system_error');
  expect(failed.records('tasks')).toEqual([]);
  expect(failed.statuses('people').at(-1)).toBe('COMPLETE');
  expect(destination.state()).toEqual(expect.arrayContaining(before.slice(0, 1)));
  await sync(api, destination, ['tasks', 'people']);
  expect(destination.ids('tasks')).toEqual(keysOf(api, 'tasks').sort());
});

test.each([-50 * MINUTE, 26 * HOUR])(
  'deletions go by the clock of the server, which differs by %i ms',
  async (skew) => {
    const { api, clock } = await startStill({ clockSkewMs: skew });
    const destination = new Destination();
    await sync(api, destination, ['time_off']);
    for (const wait of [0, 30_000, HOUR]) {
      clock.now += wait;
      remove(api, 'time_off', keysOf(api, 'time_off')[3]);
      await sync(api, destination, ['time_off']);
      expect(destination.ids('time_off')).toEqual(keysOf(api, 'time_off').sort());
    }
  },
);

test('entries of rows that were never seen do no harm; an entry without its key or time stops the stream', async () => {
  const { api, clock } = await startStill();
  const destination = new Destination();
  await sync(api, destination, ['tasks', 'time_off']);
  clock.now += HOUR;
  const timestamp = iso(clock.now);
  const entries = (...data: JsonObject[]) => ({ kind: 'body' as const, body: JSON.stringify({ data }) });
  const unseen = { id: 424_242, timestamp };
  api.script(logOf('tasks'), entries(unseen, unseen), entries());
  api.script(logOf('time_off'), entries({ id: 1, timestamp }, { id: 2 }));
  const run = await sync(api, destination, ['tasks', 'time_off']);
  expect(ids(tombstones(run.records('tasks')))).toEqual([424_242]);
  expect(run.failure('time_off').message).toMatch(/Delete Log of time_off.*without its id or timestamp/);
});

test('a full refresh reads no log and brings no tombstone', async () => {
  const { api, clock } = await startStill();
  const destination = new Destination();
  await sync(api, destination, FOLLOWED);
  clock.now += HOUR;
  for (const name of FOLLOWED) remove(api, name, keysOf(api, name)[0]);
  api.resetRequests();
  const run = await api.read(FOLLOWED, { mode: 'full_refresh', state: destination.state() });
  expect(api.requests.map(({ path }) => path).filter((path) => path.startsWith('/deleted'))).toEqual([]);
  for (const name of FOLLOWED) {
    expect(tombstones(run.records(name))).toEqual([]);
    expect(ids(run.records(name))).toEqual(keysOf(api, name).sort());
  }
});
