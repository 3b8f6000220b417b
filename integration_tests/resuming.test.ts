import type { ChildProcess } from 'node:child_process';
import { expect, test } from '@jest/globals';
import type { Key } from '../mock-api/rows.ts';
import type { JsonObject } from '../src/cdk/index.ts';
import { randomFrom, seedOf } from '../unit_tests/support/random.ts';
import { type Api, type ApiOptions, startApi } from './support/api.ts';
import { atOnce } from './support/at-once.ts';
import { connector } from './support/connector.ts';
import { Destination } from './support/destination.ts';
import { catalogOf, jsonFile } from './support/inputs.ts';
import { Run } from './support/run.ts';
import { expected, type StreamName } from './support/streams.ts';

const NOW = Date.parse('2026-03-18T10:30:15.000Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Twelve pages; a read writes a checkpoint every five. */
const ROWS = 2_300;
const PAGES = 12;
const PAGES_PER_CHECKPOINT = 5;

const SEED = seedOf(11);

const iso = (ms: number): string => new Date(ms).toISOString();

async function startStill(options: ApiOptions = {}) {
  const clock = { now: NOW };
  const api = await startApi({ now: () => clock.now, company: { counts: { tasks: ROWS, people: 3 } }, ...options });
  return { api, clock };
}

const keysOf = (api: Api, name: StreamName): Key[] =>
  api.company.rows(expected(name).endpoint).map((row) => row[expected(name).key] as Key);

interface Attempt {
  streams: readonly StreamName[];
  state: unknown;
  mode?: string;
  config?: JsonObject;
  started?: (process: ChildProcess) => void;
}

/** A read that may be killed on its way: what counts of its output are the whole lines. */
async function attempt(api: Api, { streams, mode = 'incremental', state, config, started }: Attempt): Promise<Run> {
  const args = [
    'read',
    ...['--config', await jsonFile({ ...api.config, ...config })],
    ...['--catalog', await jsonFile(catalogOf(streams, mode))],
    ...['--state', await jsonFile(state)],
  ];
  const run = await connector(args, started === undefined ? {} : { started, killed: true });
  return wholeLines(run, run.stdout.length);
}

const wholeLines = ({ stdout, stderr, code, signal, args }: Run, length: number): Run =>
  new Run(stdout.slice(0, stdout.lastIndexOf('\n', length) + 1), stderr, code, signal, args);

/** Kills the read as soon as its nth request to that path has arrived, if it asks so often. */
async function killedIfAt(api: Api, nth: number, input: Attempt, path: string): Promise<Run> {
  let child: ChildProcess | undefined;
  api.before(path, nth, () => child?.kill('SIGKILL'));
  return attempt(api, {
    ...input,
    started: (process) => {
      child = process;
    },
  });
}

async function killedAt(api: Api, nth: number, input: Attempt, path = '/tasks'): Promise<Run> {
  const run = await killedIfAt(api, nth, input, path);
  expect(run.signal).toBe('SIGKILL');
  return run;
}

const expectSame = (destination: Destination, api: Api, name: StreamName): void => {
  const { endpoint, key } = expected(name);
  const held = new Map(destination.rows(name).map(({ id, notes }) => [id, notes]));
  const rows = new Map(api.company.rows(endpoint).map((row) => [row[key], row.notes]));
  expect(held).toEqual(rows);
};

test(
  'after many kills at any byte while rows change, no row is lost or stale',
  atOnce(
    [0, 1].map((n) => ({ what: `seed ${SEED + n}`, seed: SEED + n })),
    async ({ seed }) => {
      const random = randomFrom(seed);
      const below = (most: number): number => Math.floor(random() * most);
      const streams = ['tasks', 'logged_time'] as const;
      const counts = { tasks: ROWS, 'logged-time': 1_100 };
      const { api, clock } = await startStill({ latencyMs: 5, company: { counts } });
      const destination = new Destination();
      const change = (): void => {
        for (const name of streams) {
          const { endpoint } = expected(name);
          const keys = keysOf(api, name);
          for (let n = below(4); n > 0; n -= 1)
            api.company.update(endpoint, keys[below(900)] as Key, { notes: `${n}` });
          for (let n = below(4); n > 0; n -= 1) api.company.insert(endpoint);
          for (const index of [below(300), 300 + below(300)]) api.company.remove(endpoint, keys[index] as Key);
        }
      };
      for (let attempts = 0; attempts < 4; attempts += 1) {
        const run = await killedIfAt(api, 1 + below(14), { streams, state: destination.state() }, '*');
        destination.take(wholeLines(run, below(run.stdout.length + 1)));
        clock.now += HOUR;
        change();
        clock.now += 1_000;
      }
      const last = await attempt(api, { streams, state: destination.state() });
      destination.take(last);
      for (const name of streams) expectSame(destination, api, name);
    },
  ),
);

test('each STATE covers only records before it: a sync from any of them loses nothing', async () => {
  const { api } = await startStill();
  const whole = await attempt(api, { streams: ['tasks'], state: [] });
  const lines = whole.stdout.split('\n');
  const states = lines.flatMap((line, index) => (line.includes('"type":"STATE"') ? index : []));
  expect(states).toHaveLength(2 + Math.floor(PAGES / PAGES_PER_CHECKPOINT));
  for (const index of states) {
    const destination = new Destination();
    destination.take(wholeLines(whole, lines.slice(0, index + 1).join('\n').length + 1));
    destination.take(await attempt(api, { streams: ['tasks'], state: destination.state() }));
    expectSame(destination, api, 'tasks');
  }
});

test.each(['incremental', 'full_refresh'])('a killed read continues from its last checkpoint: %s', async (mode) => {
  const { api } = await startStill();
  const input = { streams: ['tasks', 'people'] as const, mode };
  const first = await killedAt(api, 9, { ...input, state: [], config: { concurrency: 1 } });
  const destination = new Destination();
  destination.take(first);
  expect(destination.rows('tasks')).toHaveLength(PAGES_PER_CHECKPOINT * 200);

  api.resetRequests();
  const second = await attempt(api, { ...input, state: destination.state() });
  destination.take(second);
  expectSame(destination, api, 'tasks');
  // The pages below the mark, which overlap; in an incremental read also what changed meanwhile.
  const pages = api.requestsTo('/tasks').filter(({ query }) => query.modified_since === undefined);
  expect(pages.length).toBeLessThanOrEqual(PAGES - PAGES_PER_CHECKPOINT + 1);
  expect(pages.every(({ query }) => Number(query.page) > 1)).toBe(true);
});

test('a first read writes its start as a STATE before its first record; deletions since then are followed', async () => {
  const { api, clock } = await startStill();
  const destination = new Destination();
  const died = await killedAt(api, 4, { streams: ['tasks'], state: [] });
  const types = died.messages.map(({ type }) => type);
  expect(types.indexOf('STATE')).toBeGreaterThan(-1);
  expect(types.indexOf('STATE')).toBeLessThan(types.indexOf('RECORD'));
  expect(died.states('tasks')[0]?.recordCount).toBe(0);
  const delivered = died.records('tasks').map(({ id }) => id);
  destination.take(died);

  clock.now += HOUR;
  const [gone] = keysOf(api, 'tasks');
  expect(delivered).toContain(gone);
  api.company.remove('tasks', gone as Key);
  clock.now += HOUR;
  const second = await attempt(api, { streams: ['tasks'], state: destination.state() });
  expect(second.records('tasks')).toContainEqual(
    expect.objectContaining({ id: gone, _ab_cdc_deleted_at: iso(NOW + HOUR) }),
  );
  destination.take(second);
  expectSame(destination, api, 'tasks');
});

test('a resumed first read ends with the cursor and log position of its start', async () => {
  const { api, clock } = await startStill();
  const destination = new Destination();
  // Few requests ahead, so that a checkpoint is written before the ninth.
  destination.take(await killedAt(api, 9, { streams: ['tasks'], state: [], config: { concurrency: 4 } }));
  clock.now += 5 * HOUR;
  // Of a page that the first attempt delivered: only the cursor of the beginning brings it again.
  const [edited] = keysOf(api, 'tasks');
  api.company.update('tasks', edited as Key, { notes: 'edited between the attempts' });
  clock.now += HOUR;
  const second = await attempt(api, { streams: ['tasks'], state: destination.state() });
  const beginning = iso(NOW);
  const between = second.states('tasks').filter(({ state }) => state.readInProgress !== undefined);
  expect(between.map(({ state }) => state.readInProgress)).toEqual(
    between.map(() => expect.objectContaining({ startedAt: beginning })),
  );
  const ended = second.states('tasks').find(({ state }) => state.readInProgress === undefined)?.state;
  expect(ended?.deletionsSince).toBe(iso(NOW - HOUR));
  expect(String(ended?.modified) <= iso(NOW - 2 * MINUTE)).toBe(true);
  destination.take(second);
  expectSame(destination, api, 'tasks');
});

test('a failed stream keeps its checkpoint, and the next sync continues from it', async () => {
  const { api } = await startStill();
  const fine = { kind: 'none' as const };
  api.script('/tasks', ...Array.from({ length: 7 }, () => fine), { kind: 'answer', status: 400, body: '{}' });
  const input = { streams: ['tasks', 'people'] as const, state: [] };
  const first = await attempt(api, input);
  expect(first.statuses('tasks').at(-1)).toBe('INCOMPLETE');
  expect(first.lastState('tasks')).toMatchObject({ readInProgress: { position: expect.any(Object) } });
  const destination = new Destination();
  destination.take(first);
  destination.take(await attempt(api, { ...input, state: destination.state() }));
  expectSame(destination, api, 'tasks');
});

test('with another start_date, an incomplete first read starts over', async () => {
  const { api } = await startStill();
  const died = await killedAt(api, 9, { streams: ['tasks'], state: [], config: { start_date: '2020-01-01' } });
  api.resetRequests();
  const state = died.stateFile();
  const config = { start_date: '2019-01-01' };
  const second = await attempt(api, { streams: ['tasks'], state, config });
  const asked = api.requestsTo('/tasks').map(({ query }) => query.modified_since);
  expect(new Set(asked)).toEqual(new Set(['2019-01-01T00:00:00Z']));
  const fresh = await attempt(api, { streams: ['tasks'], state: [], config });
  expect(second.records('tasks')).toEqual(fresh.records('tasks'));
});
