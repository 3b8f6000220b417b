import { expect, test } from '@jest/globals';
import type { JsonObject } from '../src/cdk/index.ts';
import { type ApiOptions, startApi } from './support/api.ts';
import { clockAt } from './support/process.ts';
import { expected, INCREMENTAL, type StreamName } from './support/streams.ts';

/** The mock's clock. The connector's own shows a later day unless a test sets it: the earlier one counts. */
const NOW = Date.parse('2026-03-18T10:30:15.250Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const iso = (ms: number): string => new Date(ms).toISOString();

/** As the request writes an instant to a server that is not Float's. */
const toTheSecond = (ms: number): string => `${iso(ms).slice(0, 19)}Z`;

/** The end of what a read may be sure to have seen: two minutes before the server's time, which its `Date` cuts to the second. */
const certainUntil = (now: number): string => iso(Math.floor(now / 1000) * 1000 - 2 * MINUTE);

/** The streams whose keys are compared. */
const COMPARED: readonly StreamName[] = ['people', 'projects', 'phases'];

const PATHS = INCREMENTAL.map((name) => [name, expected(name).path] as const);

/** A server of the neutral contract whose clock only the test moves. */
async function startStill(options: ApiOptions = {}) {
  const clock = { now: NOW };
  const api = await startApi({ dialect: 'neutral', now: () => clock.now, ...options });
  const keysOf = (name: StreamName) => api.company.rows(expected(name).endpoint).map((row) => row[expected(name).key]);
  return { api, clock, keysOf };
}

/** Of a row of the company, in any of its forms. */
const stampOf = (text: unknown): number => Date.parse(`${String(text).replace(' ', 'T')}Z`);

const ids = (records: readonly JsonObject[]): unknown[] => records.map(({ id }) => id).sort();

/** Epoch milliseconds of the newest `modified`, else `created`, among records. */
const newest = (records: readonly JsonObject[]): number =>
  Math.max(...records.map(({ modified, created }) => Date.parse(String(modified ?? created))));

test('incremental streams read everything first, then only changes', async () => {
  const { api, clock, keysOf } = await startStill();
  const first = await api.read(INCREMENTAL, { mode: 'incremental', state: [] });
  const asked = PATHS.flatMap(([, path]) => api.requestsTo(path)).map(({ query }) => query.modified_since);
  expect(new Set(asked)).toEqual(new Set([undefined]));

  clock.now += HOUR;
  const written = INCREMENTAL.map((name) => {
    const { endpoint, key } = expected(name);
    const oldest = keysOf(name).at(-1) as string | number;
    const rows = [api.company.update(endpoint, oldest, { notes: 'changed' }), api.company.insert(endpoint)];
    return {
      name,
      key,
      ids: rows.map((row) => row[key]),
      modified: Math.max(...rows.map((row) => stampOf(row.modified))),
    };
  });
  clock.now += 2 * HOUR;
  api.resetRequests();
  const second = await api.read(INCREMENTAL, { mode: 'incremental', state: first.stateFile() });
  const third = await api.read(INCREMENTAL, { mode: 'incremental', state: second.stateFile() });

  for (const { name, key, ids: writtenIds, modified } of written) {
    const oldIds = keysOf(name).filter((id) => id !== writtenIds[1]);
    expect({ name, ids: ids(first.records(name)) }).toEqual({ name, ids: oldIds.sort() });
    const cursor = newest(first.records(name));
    expect(first.lastState(name)).toMatchObject({ modified: iso(cursor) });

    // Asked for down to the second, so that no row of the same second is left out: what was newest comes again.
    const [sinceFirst] = api.requestsTo(expected(name).path).map(({ query }) => query.modified_since);
    expect({ name, sinceFirst }).toEqual({ name, sinceFirst: toTheSecond(cursor) });
    const repeated = first.records(name).filter((record) => newest([record]) >= Math.floor(cursor / 1000) * 1000);
    const again = repeated.map((record) => record[key] ?? record.id).filter((id) => !writtenIds.includes(id ?? null));
    expect({ name, ids: ids(second.records(name)) }).toEqual({ name, ids: [...again, ...writtenIds].sort() });
    expect(second.lastState(name)).toMatchObject({ modified: iso(modified) });

    expect({ name, ids: ids(third.records(name)) }).toEqual({ name, ids: [...writtenIds].sort() });
    expect(third.lastState(name)).toMatchObject({ modified: iso(modified) });
  }
});

test('a first read of an incremental stream requests rows from start_date on', async () => {
  const { api } = await startStill();
  const since = NOW - 30 * 24 * HOUR;
  const run = await api.read(INCREMENTAL, { mode: 'incremental', config: { start_date: toTheSecond(since) } });
  for (const [name, path] of PATHS) {
    const all = api.company.rows(expected(name).endpoint);
    const recent = all.filter(({ modified }) => stampOf(modified) >= since);
    const changes = api.requestsTo(path).filter(({ query }) => query.modified_since !== undefined);
    expect(new Set(changes.map(({ query }) => query.modified_since))).toEqual(new Set([toTheSecond(since)]));
    // Where keys are compared, the rest of the list is counted, and not delivered.
    expect(changes.length < api.requestsTo(path).length).toBe(COMPARED.includes(name));
    expect({ name, ids: ids(run.records(name)) }).toEqual({
      name,
      ids: recent.map((row) => row[expected(name).key]).sort(),
    });
  }
});

test.each([
  { start_date: '2026-02-01', asked: '2026-02-01T00:00:00Z' },
  { start_date: '2026-02-01T13:14:15.999Z', asked: '2026-02-01T13:14:15Z' },
  { start_date: '', asked: undefined },
])('start_date $start_date is sent as $asked', async ({ start_date, asked }) => {
  const { api } = await startStill({ company: { counts: { tasks: 3 } } });
  await api.read(['tasks'], { mode: 'incremental', config: { start_date } });
  expect(api.requestsTo('/tasks').map(({ query }) => query.modified_since)).toEqual([asked]);
});

test('with a state, start_date is ignored', async () => {
  const { api } = await startStill({ company: { counts: { tasks: 3 } } });
  const state = [stateOf('tasks', { modified: '2026-03-01T08:00:00.500Z' })];
  await api.read(['tasks'], { mode: 'incremental', state, config: { start_date: '2026-01-01' } });
  expect(api.requestsTo('/tasks').map(({ query }) => query.modified_since)).toEqual(['2026-03-01T08:00:00Z']);
});

function stateOf(name: string, state: JsonObject): JsonObject {
  return { type: 'STREAM', stream: { stream_descriptor: { name }, stream_state: state } };
}

test.each([
  { clockSkewMs: 0, server: 'as ours', warnings: [] },
  { clockSkewMs: -4 * MINUTE, server: 'a little behind ours', warnings: [] },
  { clockSkewMs: -50 * MINUTE, server: 'behind ours', warnings: [/differ by 50 minutes/] },
  { clockSkewMs: 26 * HOUR, server: 'ahead of ours', warnings: [/differ by 1560 minutes/] },
])('the cursor stays two minutes behind the earlier clock: the server runs $server', async (one) => {
  const { clockSkewMs, warnings } = one;
  const { api } = await startStill({ clockSkewMs });
  const clock = clockAt(Math.ceil(NOW / 1000) * 1000);
  // Stamped now by the server's clock: a neighbour of this row may still be on its way into view.
  for (const name of INCREMENTAL) api.company.insert(expected(name).endpoint);
  const state = INCREMENTAL.map((name) => stateOf(name, { modified: '2026-02-03T04:05:06.000Z' }));
  const run = await api.read(INCREMENTAL, { mode: 'incremental', state }, { clock });
  const bound = Date.parse(certainUntil(NOW + clockSkewMs));
  for (const name of INCREMENTAL) {
    const cursor = Date.parse(String(run.lastState(name).modified));
    const ours = cursor - (clock.start - 2 * MINUTE);
    if (clockSkewMs <= 0) expect({ name, cursor }).toEqual({ name, cursor: bound });
    else expect({ name, isOurs: ours >= 0 && ours < MINUTE }).toEqual({ name, isOurs: true });
  }
  // One WARN a sync, whatever the number of streams. That the log was last read long ago is another matter.
  const told = run.logs('WARN').filter((sentence) => !sentence.includes('Delete Log'));
  expect(told).toEqual(warnings.map((warning) => expect.stringMatching(warning)));
});

test('a row that becomes visible after its stamp is read by the next sync', async () => {
  const delay = { ms: 0 };
  const { api, clock } = await startStill({ visibilityDelayMs: () => delay.ms });
  const first = await api.read(['logged_time'], { mode: 'incremental' });

  delay.ms = 90_000;
  const late = api.company.insert('logged-time');
  delay.ms = 0;
  clock.now += 5_000;
  const prompt = api.company.insert('logged-time');
  clock.now += 5_000;
  const second = await api.read(['logged_time'], { mode: 'incremental', state: first.stateFile() });
  expect(ids(second.records('logged_time'))).toContain(prompt.logged_time_id);
  expect(ids(second.records('logged_time'))).not.toContain(late.logged_time_id);

  clock.now += 90_000;
  const third = await api.read(['logged_time'], { mode: 'incremental', state: second.stateFile() });
  expect(ids(third.records('logged_time'))).toContain(late.logged_time_id);
});

test.each([
  { what: 'lies within the last two minutes', modified: iso(NOW - 30_000) },
  { what: 'has milliseconds', modified: iso(NOW - 10 * MINUTE - 1) },
  { what: 'lies less than five minutes in the future', modified: iso(NOW + 4 * MINUTE) },
])('a state that $what never moves back', async ({ modified }) => {
  const { api } = await startStill();
  const state = [stateOf('logged_time', { modified }), stateOf('tasks', { modified })];
  const run = await api.read(['logged_time', 'tasks'], { mode: 'incremental', state }, { clock: clockAt(NOW) });
  expect(run.logs('WARN')).toEqual([]);
  for (const name of ['logged_time', 'tasks']) {
    expect(run.records(name)).toEqual([]);
    expect(run.states(name).map(({ state }) => state.modified)).toEqual([modified]);
  }
  expect(api.requestsTo('/tasks').map(({ query }) => query.modified_since)).toEqual([`${modified.slice(0, 19)}Z`]);
});

test('rows without stamps are emitted and do not move the cursor', async () => {
  const { api } = await startStill({ company: { counts: { tasks: 3, phases: 0 } } });
  const unstamped = api.company.insert('tasks', { modified: null, created: null });
  const onlyCreated = api.company.insert('tasks', { modified: null, created: '2026-03-18 10:05:00' });
  const { created: _, modified: __, ...missing } = api.company.insert('tasks');
  api.company.remove('tasks', missing.task_id as number);
  const lonely = api.company.insert('phases', { modified: null, created: null });

  const run = await api.read(['tasks', 'phases'], { mode: 'incremental' });
  expect(ids(run.records('tasks'))).toEqual(expect.arrayContaining([unstamped.task_id, onlyCreated.task_id]));
  expect(run.lastState('tasks')).toMatchObject({ modified: '2026-03-18T10:03:00.000Z' });
  // Nothing is known of a moment from which to ask; the next sync reads the stream again from its start.
  expect(ids(run.records('phases'))).toEqual([lonely.phase_id]);
  expect(run.lastState('phases').modified).toBeUndefined();
  const again = await api.read(['phases'], { mode: 'incremental', state: run.stateFile() });
  expect(ids(again.records('phases'))).toEqual([lonely.phase_id]);
});

test('an empty stream keeps its state', async () => {
  const { api } = await startStill({ company: { counts: { 'logged-time': 0 } } });
  const modified = '2026-02-02T02:02:02.000Z';
  const first = await api.read(['logged_time'], { mode: 'incremental' });
  expect(first.states('logged_time').length).toBeGreaterThan(0);
  const second = await api.read(['logged_time'], {
    mode: 'incremental',
    state: [stateOf('logged_time', { modified })],
  });
  expect(second.lastState('logged_time')).toMatchObject({ modified });
});

test('a stream without a cursor that is configured as incremental is read in full each time, as PyAirbyte expects', async () => {
  const { api, keysOf } = await startStill();
  const sentinel = { __ab_no_cursor_state_message: true };
  let state: JsonObject[] = [];
  for (const _sync of [1, 2]) {
    const run = await api.read(['departments', 'clients'], { mode: 'incremental', state });
    for (const name of ['departments', 'clients'] as const) {
      expect(ids(run.records(name))).toEqual(keysOf(name).sort());
      expect(run.states(name)).toEqual([{ state: sentinel, recordCount: keysOf(name).length }]);
    }
    state = run.stateFile();
  }
});

test('a full refresh reads everything, whatever state and start_date say', async () => {
  const { api, keysOf } = await startStill();
  const state = INCREMENTAL.map((name) => stateOf(name, { modified: iso(NOW) }));
  const run = await api.read(INCREMENTAL, { mode: 'full_refresh', state, config: { start_date: '2026-03-01' } });
  for (const [name, path] of PATHS) {
    expect(ids(run.records(name))).toEqual(keysOf(name).sort());
    expect(api.requestsTo(path).some(({ query }) => 'modified_since' in query)).toBe(false);
  }
});

test('a stream that turns from full refresh to incremental starts over from the sentinel', async () => {
  const { api, keysOf } = await startStill();
  const full = await api.read(['people'], { mode: 'full_refresh' });
  const input = { mode: 'incremental', state: full.stateFile() };
  const run = await api.read(['people'], input, { clock: clockAt(NOW) });
  expect(ids(run.records('people'))).toEqual(keysOf('people').sort());
  expect(run.lastState('people').modified).toBeDefined();
  expect(run.logs('WARN')).toEqual([]);
});

test.each<{ what: string; state: JsonObject; warning: RegExp; since?: string }>([
  {
    what: 'a cursor of 2099',
    state: { modified: '2099-01-01T00:00:00Z' },
    warning: /modified is in the future.*read from the start/,
  },
  {
    what: 'a cursor six minutes in the future',
    state: { modified: iso(NOW + 6 * MINUTE) },
    warning: /modified is in the future/,
  },
  { what: 'a cursor that is no time', state: { modified: 'yesterday' }, warning: /modified has an unknown form/ },
  { what: 'a cursor that is a number', state: { modified: 1_773_829_815 }, warning: /modified has an unknown form/ },
  { what: 'a cursor of 30 February', state: { modified: '2026-02-30' }, warning: /modified has an unknown form/ },
  {
    what: "another connector's state",
    state: { updated_at: '2026-01-01' },
    warning: /no part that this version knows/,
  },
  {
    what: 'a read in progress of the future',
    state: { modified: iso(NOW - HOUR), readInProgress: { startedAt: '2099-01-01T00:00:00Z', position: {} } },
    warning: /readInProgress has an unknown form/,
    since: toTheSecond(NOW - HOUR),
  },
])('$what is not used: there is one WARN, and the rows come', async ({ state, warning, since }) => {
  const { api } = await startStill();
  const row = api.company.insert('people', { modified: '2026-03-18 09:31:00', created: null });
  const run = await api.read(
    ['people'],
    { mode: 'incremental', state: [stateOf('people', state)] },
    { clock: clockAt(NOW) },
  );
  expect(run.code).toBe(0);
  expect(run.logs('WARN')).toEqual([expect.stringMatching(warning)]);
  expect(ids(run.records('people'))).toContain(row.people_id);
  if (since === undefined) expect(run.records('people')).toHaveLength(api.company.rows('people').length);
  expect(Date.parse(String(run.lastState('people').modified))).toBeLessThan(NOW);
  const [asked] = api.requestsTo('/people').filter(({ query }) => query['per-page'] !== '1');
  expect(asked?.query.modified_since).toBe(since);
});

test('a state that is later than our clock costs one small request; any other costs none', async () => {
  const { api, clock } = await startStill({ clockSkewMs: 2 * HOUR });
  const state = [stateOf('tasks', { modified: iso(clock.now + HOUR) })];
  const run = await api.read(['tasks'], { mode: 'incremental', state }, { clock: clockAt(NOW) });
  // By the server's clock it lies in the past.
  expect(run.lastState('tasks').modified).toBe(iso(clock.now + HOUR));
  expect(api.requestsTo('/tasks').map(({ query }) => query['per-page'])).toEqual(['1', '200']);

  api.resetRequests();
  const past = [stateOf('tasks', { modified: iso(NOW - HOUR) })];
  await api.read(['tasks'], { mode: 'incremental', state: past }, { clock: clockAt(NOW) });
  expect(api.requestsTo('/tasks')).toHaveLength(1);
});

test.each([
  ['Fri, 01 Jan 2099 00:00:00 GMT', NOW - HOUR],
  ['Thu, 01 Jan 1970 00:00:00 GMT', -HOUR],
  ['Wed, 18 Mar 2026 11:30:15 GMT', NOW - HOUR],
])('a response with Date: %s moves neither cursor nor log position into the future', async (date, position) => {
  const { api, clock } = await startStill();
  api.script('/deleted/tasks', { kind: 'date', date });
  api.script('/tasks', { kind: 'date', date });
  const first = await api.read(['tasks'], { mode: 'incremental' }, { clock: clockAt(NOW) });
  const state = first.lastState('tasks');
  expect(Date.parse(String(state.modified))).toBeLessThanOrEqual(NOW - 2 * MINUTE);
  expect(Math.abs(Date.parse(String(state.deletionsSince)) - position)).toBeLessThan(MINUTE);
  expect(first.logs('WARN')).toEqual([expect.stringMatching(/Date header.*differ by/)]);

  clock.now += MINUTE;
  const gone = api.company.rows('tasks')[0]?.task_id as number;
  api.company.remove('tasks', gone);
  clock.now += HOUR;
  const second = await api.read(
    ['tasks'],
    { mode: 'incremental', state: first.stateFile() },
    { clock: clockAt(clock.now) },
  );
  expect(second.records('tasks')).toContainEqual(
    expect.objectContaining({ id: gone, _ab_cdc_deleted_at: expect.any(String) }),
  );
});

test('a state of version 0.1 keeps its cursor and its log position; its read in progress starts over', async () => {
  const { api, clock } = await startStill();
  const gone = api.company.rows('tasks')[0]?.task_id as number;
  clock.now += HOUR;
  api.company.remove('tasks', gone);
  clock.now += HOUR;
  const old = {
    modified: iso(NOW - 2 * MINUTE),
    deletions: iso(NOW - 2 * MINUTE),
    reading: {
      began: iso(NOW),
      since: iso(NOW - 2 * MINUTE),
      newest: iso(NOW),
      mark: { below: 7, at: 1000, counted: false },
    },
  };
  const state = [stateOf('tasks', old)];
  const run = await api.read(['tasks'], { mode: 'incremental', state }, { clock: clockAt(clock.now) });
  expect(run.logs('WARN')).toEqual([]);
  expect(run.records('tasks').map(({ id, _ab_cdc_deleted_at }) => [id, _ab_cdc_deleted_at])).toEqual([
    [gone, iso(NOW + HOUR)],
  ]);
  expect(run.lastState('tasks')).toMatchObject({
    modified: old.modified,
    deletionsSince: iso(Math.floor(clock.now / 1000) * 1000 - HOUR),
  });
});
