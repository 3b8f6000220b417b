import { expect, test } from '@jest/globals';
import type { LogFault } from '../mock-api/delete-log.ts';
import type { JsonObject } from '../src/cdk/index.ts';
import { type Api, type ApiOptions, startApi } from './support/api.ts';
import { Destination } from './support/destination.ts';
import { clockAt } from './support/process.ts';
import { expected, OPTIONAL, STREAM_NAMES, type StreamName } from './support/streams.ts';

const NOW = Date.parse('2026-03-18T10:30:15.250Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** The streams of whose deletions Float keeps a log, and the log's path. */
const FOLLOWED = ['time_off', 'tasks', 'logged_time'] as const;
/** The streams whose keys are compared. */
const COMPARED = ['people', 'projects', 'phases'] as const;
const logOf = (name: StreamName): string => `/deleted${expected(name).path}`;

/** The streams that every server has. */
const CORE = STREAM_NAMES.filter((name) => !(name in OPTIONAL));

const iso = (ms: number): string => new Date(ms).toISOString();
/** As a Date header tells it. */
const seconds = (ms: number): number => Math.floor(ms / 1000) * 1000;

/** A server whose clock only the test moves; the connector's shows the same. */
async function startStill(options: ApiOptions = {}) {
  const clock = { now: NOW };
  const started = await startApi({ now: () => clock.now, ...options });
  const read: Api['read'] = (streams, input, more) =>
    started.read(streams, input, { clock: clockAt(clock.now), ...more });
  return { api: { ...started, read }, clock };
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

test('a sync without changes sends one request for each stream, two if deletions are followed', async () => {
  const { api, clock } = await startStill();
  const destination = new Destination();
  await sync(api, destination, STREAM_NAMES);
  clock.now += HOUR;
  api.resetRequests();
  await sync(api, destination, CORE);
  const wanted = [...CORE, ...COMPARED].map((name) => expected(name).path);
  expect(api.requests.map(({ path }) => path).sort()).toEqual([...wanted, ...FOLLOWED.map(logOf)].sort());
  expect(api.requests).toHaveLength(22);
});

test('a first read requests the log before the rows, and emits no tombstone', async () => {
  const { api, clock } = await startStill();
  const old = keysOf(api, 'tasks')[1];
  remove(api, 'tasks', old);
  clock.now += MINUTE;
  const first = await sync(api, new Destination(), ['tasks']);
  expect(api.requests.map(({ path }) => path).slice(0, 2)).toEqual([logOf('tasks'), '/tasks']);
  expect(tombstones(first.records('tasks'))).toEqual([]);
  // The first STATE already says which entries are old.
  expect(first.states('tasks')[0]?.state).toMatchObject({
    deletionsSince: iso(seconds(clock.now) - HOUR),
    handledDeletions: [[old, clock.now - MINUTE]],
    readInProgress: { startedAt: iso(seconds(clock.now)) },
  });
  const second = await api.read(['tasks'], { mode: 'incremental', state: first.stateFile() });
  expect(tombstones(second.records('tasks'))).toEqual([]);
});

test('a deletion arrives as a tombstone with its key and time, after the rows of its stream', async () => {
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
  const began = iso(seconds(clock.now));
  const run = await sync(api, destination, FOLLOWED);

  const { catalog } = (await api.discover()).only('CATALOG');
  for (const { name, key } of gone) {
    const record = { id: key, [expected(name).key]: key, modified: began, _ab_cdc_deleted_at: deletedAt };
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

test('a restored row is not removed, but a row that was changed before its deletion is', async () => {
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

test('rows deleted and inserted during a read are correct after the next one', async () => {
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
    expect(tombstones(during.records(name))).toHaveLength(1);
  }
  clock.now += HOUR;
  await sync(api, destination, FOLLOWED);
  for (const name of FOLLOWED) expect(destination.ids(name)).toEqual(keysOf(api, name).sort());
});

test('a deletion that appears late in the log is still applied', async () => {
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
])('a log that is $deleteLog is reported once, and its stream is read ($status)', async ({ deleteLog }) => {
  const { api, clock } = await startStill({ deleteLog });
  const destination = new Destination();
  await sync(api, destination, ['tasks', 'people']);
  clock.now += HOUR;
  const added = api.company.insert('tasks');
  const run = await sync(api, destination, ['tasks', 'people']);
  expect(run.logs('WARN')).toEqual([expect.stringMatching(/tasks.*Delete Log.*deleted rows stay in the destination/)]);
  expect(ids(run.records('tasks'))).toContain(added.task_id);
  // Nothing was applied: should the log be offered one day, it is read from where it was left.
  const positions = run.states('tasks').map(({ state }) => state.deletionsSince);
  expect(new Set(positions)).toEqual(new Set([iso(NOW - 250 - HOUR)]));
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
  expect(late.logs('WARN')).toEqual([expect.stringMatching(/tasks.*72 hours.*"Refresh and remove records"/)]);
  expect(ids(tombstones(late.records('tasks')))).toEqual([met]);
  clock.now += HOUR;
  expect((await sync(api, destination, ['tasks'])).logs('WARN')).toEqual([]);
});

test('if reading the log fails, the state does not move, and the next sync applies it', async () => {
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

test.each([-50 * MINUTE, 26 * HOUR])('deletions use the clock of the server, which differs by %i ms', async (skew) => {
  const { api, clock } = await startStill({ clockSkewMs: skew });
  const destination = new Destination();
  await sync(api, destination, ['time_off']);
  for (const wait of [0, 30_000, HOUR]) {
    clock.now += wait;
    remove(api, 'time_off', keysOf(api, 'time_off')[3]);
    await sync(api, destination, ['time_off']);
    expect(destination.ids('time_off')).toEqual(keysOf(api, 'time_off').sort());
  }
});

test('entries of unknown rows are harmless; an entry without key or time fails the stream', async () => {
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
  expect(run.failure('time_off').message).toMatch(/Delete Log of time_off has no valid id or timestamp/);
});

test('a full refresh reads no log and emits no tombstone', async () => {
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

test.each<{ fault: LogFault; requests: number; reason: RegExp }>([
  { fault: 'empty pages without end', requests: 4, reason: /does not end: 3 pages in a row/ },
  { fault: 'first page without end', requests: 4, reason: /does not end: 3 pages in a row/ },
  { fault: 'new entries without end', requests: 200, reason: /does not end within 200 pages/ },
  { fault: 'same cursor', requests: 2, reason: /gives no new cursor/ },
  { fault: 'no cursor', requests: 1, reason: /gives no new cursor/ },
])('a log with $fault is bounded, its position stays, and the next sync catches up', async ({ fault, ...told }) => {
  const log: { fault: LogFault | undefined } = { fault: undefined };
  const { api, clock } = await startStill({ deleteLogFault: () => log.fault });
  const destination = new Destination();
  await sync(api, destination, ['tasks']);
  clock.now += HOUR;
  remove(api, 'tasks', ...keysOf(api, 'tasks').slice(0, 4));
  clock.now += HOUR;
  const added = api.company.insert('tasks');
  log.fault = fault;
  api.resetRequests();
  const run = await sync(api, destination, ['tasks']);
  expect(run.code).toBe(0);
  expect(api.requestsTo(logOf('tasks'))).toHaveLength(told.requests);
  expect(run.logs('WARN')).toEqual([expect.stringMatching(told.reason)]);
  expect(run.records('tasks').map(({ id }) => id)).toContain(added.task_id);
  // What was found so far is applied, and is not applied again.
  const found = ids(tombstones(run.records('tasks')).filter(({ id }) => Number(id) > 0));
  expect(found).toHaveLength(fault.endsWith('cursor') ? 2 : 4);
  expect(run.lastState('tasks').deletionsSince).toBe(iso(seconds(NOW) - HOUR));

  log.fault = undefined;
  clock.now += HOUR;
  const next = await sync(api, destination, ['tasks']);
  expect(tombstones(next.records('tasks'))).toHaveLength(4 - found.length);
  expect(destination.ids('tasks')).toEqual(keysOf(api, 'tasks').sort());
  expect(next.lastState('tasks').deletionsSince).toBe(iso(seconds(clock.now) - HOUR));
});

test('a log without Has-More and cursor is read as one page', async () => {
  const { api, clock } = await startStill();
  const destination = new Destination();
  await sync(api, destination, ['tasks']);
  clock.now += HOUR;
  const [gone] = keysOf(api, 'tasks');
  const body = JSON.stringify([{ task_id: gone, timestamp: iso(clock.now) }]);
  api.script(logOf('tasks'), { kind: 'body', body });
  const run = await sync(api, destination, ['tasks']);
  expect(api.requestsTo(logOf('tasks'))).toHaveLength(2);
  expect(run.logs('WARN')).toEqual([]);
  expect(run.lastState('tasks').deletionsSince).toBe(iso(seconds(clock.now) - HOUR));
});

test('a row that was deleted, restored and emitted again is not removed when its old entry is read again', async () => {
  const { api, clock } = await startStill();
  const destination = new Destination();
  await sync(api, destination, FOLLOWED);
  const rows = FOLLOWED.map((name) => ({ name, row: { ...api.company.rows(expected(name).endpoint)[0] } }));
  clock.now += HOUR;
  for (const { name, row } of rows) remove(api, name, row[expected(name).key] as string);
  clock.now += MINUTE;
  const removing = await sync(api, destination, FOLLOWED);
  for (const { name } of rows) expect(tombstones(removing.records(name))).toHaveLength(1);

  clock.now += MINUTE;
  // Restored as it was, its old stamp included: no list of changed rows shows it. It is delivered by other means.
  for (const { name, row } of rows) api.company.insert(expected(name).endpoint, row);
  const full = await api.read(FOLLOWED, { mode: 'full_refresh' });
  for (const { name } of rows) destination.put(name, full.records(name));
  for (let syncs = 0; syncs < 3; syncs += 1) {
    clock.now += MINUTE;
    const run = await sync(api, destination, FOLLOWED);
    for (const { name } of rows) expect(tombstones(run.records(name))).toEqual([]);
  }
  for (const name of FOLLOWED) expect(destination.ids(name)).toEqual(keysOf(api, name).sort());
});

test('each deletion is emitted once, although every read of the next hour finds its entry', async () => {
  const { api, clock } = await startStill();
  const destination = new Destination();
  await sync(api, destination, ['tasks']);
  clock.now += MINUTE;
  remove(api, 'tasks', keysOf(api, 'tasks')[0]);
  const counts: number[] = [];
  for (let syncs = 0; syncs < 5; syncs += 1) {
    clock.now += 20 * MINUTE;
    counts.push(tombstones((await sync(api, destination, ['tasks'])).records('tasks')).length);
  }
  expect(counts).toEqual([1, 0, 0, 0, 0]);
  // Once the position has passed it, the state forgets it.
  expect(destination.state()).toEqual([
    expect.objectContaining({
      stream: expect.objectContaining({
        stream_state: expect.not.objectContaining({ handledDeletions: expect.anything() }),
      }),
    }),
  ]);
});

test.each([
  {
    what: 'Date runs 10 minutes ahead of the clock that stamps deletions',
    options: { deletionClockSkewMs: -10 * MINUTE },
  },
  { what: 'Date runs 50 minutes ahead of it', options: { deletionClockSkewMs: -50 * MINUTE } },
  { what: 'Date runs 10 minutes behind it', options: { deletionClockSkewMs: 10 * MINUTE } },
  {
    what: 'Date runs ahead of both other clocks',
    options: { deletionClockSkewMs: -20 * MINUTE, rowClockSkewMs: -10 * MINUTE },
  },
  {
    what: 'rows are stamped ahead of both',
    options: { deletionClockSkewMs: -10 * MINUTE, rowClockSkewMs: 10 * MINUTE },
  },
])('a task deleted right after a sync is found by the next: $what', async ({ options }) => {
  const { api, clock } = await startStill(options);
  const destination = new Destination();
  await sync(api, destination, ['tasks']);
  for (const wait of [0, 30_000, HOUR]) {
    const [gone, edited] = keysOf(api, 'tasks');
    remove(api, 'tasks', gone);
    api.company.update('tasks', edited as number, { notes: `after ${wait}` });
    clock.now += wait;
    const run = await sync(api, destination, ['tasks']);
    expect(ids(tombstones(run.records('tasks')))).toEqual([gone]);
    expect(destination.rows('tasks').find(({ id }) => id === edited)?.notes).toBe(`after ${wait}`);
    // It outdoes the row where destinations compare the cursor.
    const newest = Math.max(...run.records('tasks').map(({ modified }) => Date.parse(String(modified))));
    expect(tombstones(run.records('tasks')).map(({ modified }) => Date.parse(String(modified)))).toEqual([newest]);
  }
  expect(destination.ids('tasks')).toEqual(keysOf(api, 'tasks').sort());
});

test.each([
  { what: 'lives on', after: () => undefined, requests: 0, tombstone: false },
  {
    what: 'is deleted after all',
    after: (api: Api, key: number) => remove(api, 'tasks', key),
    requests: 1,
    tombstone: true,
  },
])('an entry whose row is still in the list is pending until the next sync: the row $what', async (one) => {
  const { api, clock } = await startStill();
  const destination = new Destination();
  await sync(api, destination, ['tasks']);
  clock.now += HOUR;
  const key = Number(keysOf(api, 'tasks')[0]);
  api.company.update('tasks', key, { notes: 'the list is behind the log' });
  const entry = { kind: 'body' as const, body: JSON.stringify({ data: [{ id: key, timestamp: iso(clock.now) }] }) };
  const deletedAt = clock.now;
  api.script(logOf('tasks'), entry);
  const second = await sync(api, destination, ['tasks']);
  expect(tombstones(second.records('tasks'))).toEqual([]);
  expect(second.lastState('tasks').pendingDeletions).toEqual([[key, deletedAt]]);

  clock.now += 3 * HOUR;
  one.after(api, key);
  api.script(logOf('tasks'), entry);
  api.resetRequests();
  const third = await sync(api, destination, ['tasks']);
  expect(api.requestsTo(`/tasks/${key}`)).toHaveLength(one.requests);
  expect(ids(tombstones(third.records('tasks')))).toEqual(one.tombstone ? [key] : []);
  expect(third.lastState('tasks').pendingDeletions).toBeUndefined();
  expect(destination.ids('tasks')).toEqual(keysOf(api, 'tasks').sort());
});

test.each([
  {
    what: 'of the future',
    state: { deletionsSince: '2099-01-01T00:00:00Z' },
    warning: /deletionsSince is in the future/,
  },
  { what: 'of no form', state: { deletionsSince: 'last week' }, warning: /deletionsSince has an unknown form/ },
  {
    what: 'of version 0.1 from the future',
    state: { deletions: '2098-12-31T23:58:00Z' },
    warning: /deletionsSince is in/,
  },
])(
  'a log position $what is not used: a warning says what to do, and the cursor is kept',
  async ({ state, warning }) => {
    const { api, clock } = await startStill();
    const destination = new Destination();
    await sync(api, destination, ['tasks']);
    const { modified } = (await api.read(['tasks'], { mode: 'incremental', state: destination.state() })).lastState(
      'tasks',
    );
    clock.now += HOUR;
    const stream = { stream_descriptor: { name: 'tasks' }, stream_state: { modified: modified ?? null, ...state } };
    api.resetRequests();
    const run = await api.read(['tasks'], { mode: 'incremental', state: [{ type: 'STREAM', stream }] });
    expect(run.logs('WARN')).toEqual([expect.stringMatching(warning)]);
    expect(run.logs('WARN')[0]).toMatch(/may remain.*"Refresh and remove records"/);
    expect(api.requestsTo('/tasks').at(-1)?.query.modified_since).toBe(`${String(modified).slice(0, 19)}Z`);
    expect(run.lastState('tasks').deletionsSince).toBe(iso(seconds(clock.now) - HOUR));
  },
);
