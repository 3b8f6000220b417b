import { expect, test } from '@jest/globals';
import type { JsonObject } from '../src/cdk/index.ts';
import { type ApiOptions, startApi } from './support/api.ts';
import { clockAt } from './support/process.ts';
import { expected, INCREMENTAL, keysOf, type StreamName } from './support/streams.ts';

/** By the clock of the mock API. The connector's own clock is later, unless a test sets it; the earlier one counts. */
const NOW = Date.parse('2026-03-18T10:30:15.250Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const iso = (ms: number): string => new Date(ms).toISOString();

/** As requests write it to a server that is not Float's. */
const toTheSecond = (ms: number): string => `${iso(ms).slice(0, 19)}Z`;

/** The streams whose keys are compared. */
const COMPARED: readonly StreamName[] = ['people', 'projects', 'phases'];

const PATHS = INCREMENTAL.map((name) => [name, expected(name).path] as const);

/** A mock API with the neutral contract, whose clock only the test moves. */
async function startStill(options: ApiOptions = {}) {
  const clock = { now: NOW };
  const api = await startApi({
    dialect: 'neutral',
    now: () => clock.now,
    company: { people: 12, weeks: 2 },
    ...options,
  });
  return { api, clock };
}

const stampOf = (text: unknown): number => Date.parse(`${String(text).replace(' ', 'T')}Z`);

const ids = (records: readonly JsonObject[]): unknown[] => records.map(({ id }) => id).sort();

/** Epoch milliseconds of the newest `modified`, else `created`, among records. */
const newest = (records: readonly JsonObject[]): number =>
  Math.max(...records.map(({ modified, created }) => Date.parse(String(modified ?? created))));

test('incremental streams read everything first, then only changes', async () => {
  const { api, clock } = await startStill();
  const first = await api.read(INCREMENTAL, { mode: 'incremental', state: [] });
  const asked = PATHS.flatMap(([, path]) => api.requestsTo(path)).map(({ query }) => query.modified_since);
  expect(new Set(asked)).toEqual(new Set([undefined]));

  clock.now += HOUR;
  const written = INCREMENTAL.map((name) => {
    const { endpoint, key } = expected(name);
    const oldest = keysOf(api, name).at(-1) ?? 0;
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
  // With a state, start_date is ignored.
  const config = { start_date: '2026-01-01' };
  const second = await api.read(INCREMENTAL, { mode: 'incremental', state: first.stateFile(), config });
  const third = await api.read(INCREMENTAL, { mode: 'incremental', state: second.stateFile() });

  for (const { name, key, ids: writtenIds, modified } of written) {
    const oldIds = keysOf(api, name).filter((id) => id !== writtenIds[1]);
    expect({ name, ids: ids(first.records(name)) }).toEqual({ name, ids: oldIds.sort() });
    const cursor = newest(first.records(name));
    expect(first.lastState(name)).toMatchObject({ modified: iso(cursor) });

    // The filter has whole seconds, so the newest rows come again, and other rows of the same second come too.
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
    // Where keys are compared, the older rows are counted, but not emitted.
    expect(changes.length < api.requestsTo(path).length).toBe(COMPARED.includes(name));
    expect({ name, ids: ids(run.records(name)) }).toEqual({
      name,
      ids: recent.map((row) => row[expected(name).key]).sort(),
    });
  }
});

const stateOf = (name: string, state: JsonObject): JsonObject => ({
  type: 'STREAM',
  stream: { stream_descriptor: { name }, stream_state: state },
});

test.each([
  { clockSkewMs: -4 * MINUTE, warnings: [] },
  { clockSkewMs: -50 * MINUTE, warnings: [/differ by 50 minutes/] },
  { clockSkewMs: 26 * HOUR, warnings: [/differ by 1560 minutes/] },
])('the cursor stays two minutes behind the earlier clock; the server differs by $clockSkewMs ms', async (one) => {
  const { clockSkewMs, warnings } = one;
  const { api } = await startStill({ clockSkewMs });
  const clock = clockAt(Math.ceil(NOW / 1000) * 1000);
  const names = ['tasks', 'people'] as const;
  // The server stamps these rows now, so other rows with this stamp may not be visible yet.
  for (const name of names) api.company.insert(expected(name).endpoint);
  const state = names.map((name) => stateOf(name, { modified: '2026-03-16T04:05:06.000Z' }));
  const run = await api.read(names, { mode: 'incremental', state }, { clock });
  for (const name of names) {
    const cursor = Date.parse(String(run.lastState(name).modified));
    const earlier = Math.min(clock.start, Math.floor((NOW + clockSkewMs) / 1000) * 1000) - 2 * MINUTE;
    expect(cursor).toBeGreaterThanOrEqual(earlier);
    // The connector's clock runs on.
    expect(cursor).toBeLessThan(earlier + (clockSkewMs < 0 ? 1 : MINUTE));
  }
  // One WARN a sync, whatever the number of streams.
  const logged = run.logs('WARN').filter((sentence) => !sentence.includes('Delete Log'));
  expect(logged).toEqual(warnings.map((warning) => expect.stringMatching(warning)));
});

test('a row without modified counts by created; without any stamp, a stream has no cursor and is read again', async () => {
  const { api } = await startStill({ company: { counts: { tasks: 0, phases: 0 } } });
  api.company.insert('tasks', { modified: null, created: '2026-03-18 10:05:00' });
  for (const endpoint of ['tasks', 'phases'] as const) api.company.insert(endpoint, { modified: null, created: null });
  const first = await api.read(['tasks', 'phases'], { mode: 'incremental' });
  expect(first.records('tasks')).toHaveLength(2);
  // Two minutes earlier, because other rows with this stamp may not have been visible yet.
  expect(first.lastState('tasks').modified).toBe('2026-03-18T10:03:00.000Z');
  expect(first.lastState('phases').modified).toBeUndefined();
  const second = await api.read(['phases'], { mode: 'incremental', state: first.stateFile() });
  for (const run of [first, second]) expect(run.records('phases')).toHaveLength(1);
});

test('a stream without a cursor is read in full each time, also if it is configured as incremental', async () => {
  const { api } = await startStill();
  const sentinel = { __ab_no_cursor_state_message: true };
  let state: JsonObject[] = [];
  for (const _sync of [1, 2]) {
    const run = await api.read(['departments', 'clients'], { mode: 'incremental', state });
    for (const name of ['departments', 'clients'] as const) {
      expect(ids(run.records(name))).toEqual(keysOf(api, name).sort());
      expect(run.states(name)).toEqual([{ state: sentinel, recordCount: keysOf(api, name).length }]);
    }
    state = run.stateFile();
  }
});

test('a full refresh reads everything, whatever state and start_date say; an incremental sync after it starts over', async () => {
  const { api } = await startStill();
  const state = INCREMENTAL.map((name) => stateOf(name, { modified: iso(NOW) }));
  const full = await api.read(INCREMENTAL, { mode: 'full_refresh', state, config: { start_date: '2026-03-01' } });
  const next = await api.read(INCREMENTAL, { mode: 'incremental', state: full.stateFile() }, { clock: clockAt(NOW) });
  for (const [name, path] of PATHS) {
    for (const run of [full, next]) expect(ids(run.records(name))).toEqual(keysOf(api, name).sort());
    expect(api.requestsTo(path).some(({ query }) => 'modified_since' in query)).toBe(false);
    expect(next.lastState(name).modified).toBeDefined();
  }
  expect(next.logs('WARN')).toEqual([]);
});

const CURSOR = '2026-03-18T08:30:15.250Z';

/** Stored states of which a part is not used. `since`: the filter of the requests, undefined for all rows. */
const UNUSABLE: { name: StreamName; state: JsonObject; warning: RegExp; since?: string }[] = [
  {
    name: 'people',
    state: { modified: '2099-01-01T00:00:00Z' },
    warning: /modified is in the future.*read from the start/,
  },
  { name: 'projects', state: { modified: iso(NOW + 6 * MINUTE) }, warning: /modified is in the future/ },
  { name: 'phases', state: { modified: 'yesterday' }, warning: /modified has an unknown form/ },
  {
    name: 'tasks',
    state: { modified: CURSOR, deletionsSince: '2099-01-01T00:00:00Z' },
    warning: /deletionsSince is in the future.*may remain.*"Refresh and remove records"/,
    since: toTheSecond(Date.parse(CURSOR)),
  },
  {
    // Written by version 0.1.
    name: 'time_off',
    state: { modified: CURSOR, deletions: '2098-12-31T23:58:00Z' },
    warning: /deletionsSince is in the future/,
    since: toTheSecond(Date.parse(CURSOR)),
  },
  {
    name: 'logged_time',
    state: { modified: CURSOR, readInProgress: { startedAt: iso(NOW), since: '2099-01-01T00:00:00Z', position: {} } },
    warning: /readInProgress has an unknown form/,
    since: toTheSecond(Date.parse(CURSOR)),
  },
];

test('unusable parts of a state are ignored with one WARN for each stream, and the rows are read', async () => {
  const { api } = await startStill();
  const state = UNUSABLE.map((one) => stateOf(one.name, one.state));
  const names = UNUSABLE.map(({ name }) => name);
  const run = await api.read(names, { mode: 'incremental', state }, { clock: clockAt(NOW) });
  expect(run.code).toBe(0);
  for (const { name, warning, since } of UNUSABLE) {
    const { path, endpoint } = expected(name);
    expect(run.logs('WARN').filter((text) => text.startsWith(`${name}: `))).toEqual([expect.stringMatching(warning)]);
    if (since === undefined) expect(run.records(name)).toHaveLength(api.company.rows(endpoint).length);
    const rows = api.requestsTo(path).filter(({ query }) => query['per-page'] !== '1');
    expect({ name, since: rows.map(({ query }) => query.modified_since)[0] }).toEqual({ name, since });
    expect(Date.parse(String(run.lastState(name).modified))).toBeLessThan(NOW);
  }
});

test('only a state later than our clock costs a small request for the clock of the server', async () => {
  const { api, clock } = await startStill({ clockSkewMs: 2 * HOUR });
  const modified = iso(clock.now + HOUR);
  const run = await api.read(
    ['tasks'],
    { mode: 'incremental', state: [stateOf('tasks', { modified })] },
    { clock: clockAt(NOW) },
  );
  // By the clock of the server, it is in the past.
  expect(run.lastState('tasks').modified).toBe(modified);
  expect(api.requestsTo('/tasks').map(({ query }) => query['per-page'])).toEqual(['1', '200']);

  // Clocks may differ by five minutes.
  api.resetRequests();
  const near = [stateOf('tasks', { modified: iso(NOW + 4 * MINUTE) })];
  await api.read(['tasks'], { mode: 'incremental', state: near }, { clock: clockAt(NOW) });
  expect(api.requestsTo('/tasks')).toHaveLength(1);
});
