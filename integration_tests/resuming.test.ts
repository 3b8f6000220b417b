import type { ChildProcess } from 'node:child_process';
import { expect, test } from '@jest/globals';
import type { Key } from '../mock-api/rows.ts';
import { randomFrom, seedOf } from '../unit_tests/support/random.ts';
import { type Api, startApi } from './support/api.ts';
import { connector } from './support/connector.ts';
import { Destination } from './support/destination.ts';
import { catalogOf, jsonFile } from './support/inputs.ts';
import { Run } from './support/run.ts';
import { expected, type StreamName } from './support/streams.ts';

const NOW = Date.parse('2026-03-18T10:30:15.000Z');
const HOUR = 3_600_000;
const SEED = seedOf(11);

/** Eight pages. A read writes a checkpoint every five. */
const ROWS = 1_500;
const PAGES = 8;
const PAGES_PER_CHECKPOINT = 5;

/** A mock API whose clock only the test moves. */
async function startStill() {
  const clock = { now: NOW };
  const counts = { tasks: ROWS, people: 3, 'logged-time': 450 };
  return { api: await startApi({ now: () => clock.now, company: { counts } }), clock };
}

const keysOf = (api: Api, name: StreamName): Key[] =>
  api.company.rows(expected(name).endpoint).map((row) => row[expected(name).key] as Key);

/** What a destination receives if the connection breaks at this byte: whole lines only. */
const cutAt = ({ stdout, stderr, code, signal, args }: Run, length: number): Run =>
  new Run(stdout.slice(0, stdout.lastIndexOf('\n', length) + 1), stderr, code, signal, args);

function expectSame(destination: Destination, api: Api, name: StreamName): void {
  const { endpoint, key } = expected(name);
  const held = new Map(destination.rows(name).map(({ id, notes }) => [id, notes]));
  const rows = new Map(api.company.rows(endpoint).map((row) => [row[key], row.notes]));
  expect(held).toEqual(rows);
}

/** A read that continues from the checkpoint requests the pages from there on, and the last one again. */
function expectContinued(api: Api): void {
  const pages = api.requestsTo('/tasks').filter(({ query }) => query.modified_since === undefined);
  expect(pages.length).toBeLessThanOrEqual(PAGES - PAGES_PER_CHECKPOINT + 1);
  expect(pages.every(({ query }) => Number(query.page) > 1)).toBe(true);
}

test(`syncs that are cut off at any byte while rows change lose nothing and leave nothing stale (seed ${SEED})`, async () => {
  const random = randomFrom(SEED);
  const below = (most: number): number => Math.floor(random() * most);
  const streams = ['tasks', 'logged_time'] as const;
  const { api, clock } = await startStill();
  const destination = new Destination();
  for (const isLast of [false, false, false, true]) {
    const run = await api.read(streams, { mode: 'incremental', state: destination.state() });
    destination.take(isLast ? run : cutAt(run, below(run.stdout.length)));
    if (isLast) break;
    clock.now += HOUR;
    for (const name of streams) {
      const { endpoint } = expected(name);
      const keys = keysOf(api, name);
      for (let n = below(4); n > 0; n -= 1) api.company.update(endpoint, keys[below(400)] as Key, { notes: `${n}` });
      for (let n = below(4); n > 0; n -= 1) api.company.insert(endpoint);
      for (const index of [below(200), 200 + below(200)]) api.company.remove(endpoint, keys[index] as Key);
    }
    clock.now += 1_000;
  }
  for (const name of streams) expectSame(destination, api, name);
});

test('a killed sync continues from its last checkpoint, and what changed since its start arrives', async () => {
  const { api, clock } = await startStill();
  let child: ChildProcess | undefined;
  api.before('/tasks', PAGES, () => child?.kill('SIGKILL'));
  const args = [
    'read',
    ...['--config', await jsonFile({ ...api.config, concurrency: 1 })],
    ...['--catalog', await jsonFile(catalogOf(['tasks', 'people'], 'incremental'))],
  ];
  const started = (process: ChildProcess): void => {
    child = process;
  };
  const killed = await connector(args, { started, killed: true });
  expect(killed.signal).toBe('SIGKILL');
  const destination = new Destination();
  destination.take(cutAt(killed, killed.stdout.length));
  expect(destination.rows('tasks')).toHaveLength(PAGES_PER_CHECKPOINT * 200);

  // The killed sync delivered both rows.
  clock.now += HOUR;
  const [edited, removed] = keysOf(api, 'tasks');
  api.company.update('tasks', edited as Key, { notes: 'edited between the syncs' });
  api.company.remove('tasks', removed as Key);
  clock.now += HOUR;
  api.resetRequests();
  destination.take(await api.read(['tasks', 'people'], { mode: 'incremental', state: destination.state() }));
  expectSame(destination, api, 'tasks');
  expectContinued(api);
});

test('a stream that fails in a full refresh keeps its checkpoint, and the next sync continues from it', async () => {
  const { api } = await startStill();
  const fine = { kind: 'none' as const };
  api.script('/tasks', ...Array.from({ length: PAGES - 1 }, () => fine), { kind: 'answer', status: 400, body: '{}' });
  const config = { concurrency: 1 };
  const first = await api.read(['tasks', 'people'], { config });
  expect(first.statuses('tasks').at(-1)).toBe('INCOMPLETE');
  const destination = new Destination();
  destination.take(first);
  api.resetRequests();
  destination.take(await api.read(['tasks', 'people'], { state: destination.state(), config }));
  expectSame(destination, api, 'tasks');
  expectContinued(api);
});
