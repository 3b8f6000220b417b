import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../src/cdk/index.ts';
import { Destination, type Merge } from '../unit_tests/simulation/destination.ts';
import { type Api, type ApiOptions, startApi } from './support/api.ts';
import { clockAt } from './support/process.ts';
import type { Run } from './support/run.ts';
import { expected, OPTIONAL, STREAM_NAMES, type StreamName } from './support/streams.ts';

const NOW = Date.parse('2026-03-18T10:30:15.250Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The streams without a Delete Log. */
const COMPARED = ['people', 'projects', 'phases'] as const;

const iso = (ms: number): string => new Date(ms).toISOString();

/** A server whose clock only the test moves, the connector with the same clock, and a destination. */
async function start(options: ApiOptions = {}, merge: Merge = 'last arrival') {
  const clock = { now: NOW };
  const started = await startApi({ now: () => clock.now, ...options });
  const read: Api['read'] = (streams, input, more) =>
    started.read(streams, input, { clock: clockAt(clock.now), ...more });
  const api: Api = { ...started, read };
  return { api, clock, destination: new Destination(merge) };
}

function stateFile({ states }: Destination): JsonObject[] {
  return [...states].map(([name, stream_state]) => ({
    type: 'STREAM',
    stream: { stream_descriptor: { name }, stream_state },
  }));
}

async function sync(api: Api, destination: Destination, streams: readonly StreamName[], config: JsonObject = {}) {
  api.resetRequests();
  const run = await api.read(streams, { mode: 'incremental', state: stateFile(destination), config });
  expect(run.code).toBe(0);
  destination.apply(run.messages, true);
  return run;
}

const keysOf = (api: Api, name: StreamName): number[] =>
  api.company.rows(expected(name).endpoint).map((row) => Number(row[expected(name).key]));

const idsIn = (destination: Destination, name: StreamName): number[] =>
  [...(destination.tables.get(name)?.keys() ?? [])].map(Number).sort((a, b) => a - b);

const removedIn = (run: Run, name: StreamName): unknown[] =>
  run
    .records(name)
    .filter((row) => row._ab_cdc_deleted_at)
    .map(({ id }) => id);

function expectEqual(api: Api, destination: Destination, streams: readonly StreamName[] = COMPARED): void {
  for (const name of streams) {
    expect({ name, ids: idsIn(destination, name) }).toEqual({ name, ids: keysOf(api, name).sort((a, b) => a - b) });
  }
}

describe('an account without deletions needs 22 requests', () => {
  const core = STREAM_NAMES.filter((name) => !(name in OPTIONAL));

  test.each<{ what: string; config: JsonObject }>([
    { what: 'after a first sync of everything', config: {} },
    { what: 'with a start_date', config: { start_date: '2026-03-01' } },
  ])('$what, and again after old rows were edited', async ({ config }) => {
    const { api, clock, destination } = await start();
    await sync(api, destination, core, config);
    clock.now += HOUR;
    await sync(api, destination, core, config);
    expect(api.requests).toHaveLength(22);
    for (const name of COMPARED) api.company.update(expected(name).endpoint, keysOf(api, name).at(-1) ?? 0, {});
    clock.now += HOUR;
    const run = await sync(api, destination, core, config);
    expect(COMPARED.map((name) => run.records(name).length > 0)).toEqual([true, true, true]);
    expect(api.requests).toHaveLength(22);
  });
});

test.each<Merge>(['newest cursor', 'last arrival'])(
  'a deleted person, project and phase leave the destination, and come back when they are restored (%s)',
  async (merge) => {
    const { api, clock, destination } = await start({}, merge);
    await sync(api, destination, COMPARED);
    clock.now += HOUR;
    const gone = COMPARED.map((name) => {
      const { endpoint, key } = expected(name);
      const row = { ...api.company.rows(endpoint)[2] };
      api.company.remove(endpoint, Number(row[key]));
      return { name, endpoint, key: Number(row[key]), row };
    });
    const run = await sync(api, destination, COMPARED);
    for (const { name, key } of gone) {
      const deletedAt = iso(Math.floor(clock.now / 1_000) * 1_000);
      const tombstone = { id: key, [expected(name).key]: key, modified: deletedAt, _ab_cdc_deleted_at: deletedAt };
      expect(run.records(name).at(-1)).toEqual(tombstone);
      // A second request repeats the 404.
      expect(api.requestsTo(`${expected(name).path}/${key}`)).toHaveLength(2);
      expect(run.logs('INFO').join('\n')).toMatch(
        new RegExp(`${name}: compared the keys of \\d+ rows, because .* 1\\.`),
      );
    }
    expectEqual(api, destination);
    clock.now += HOUR;
    await sync(api, destination, COMPARED);
    expect(api.requests).toHaveLength(6);

    // With the stamps that they had: changed rows do not name them.
    for (const { endpoint, row } of gone) api.company.insert(endpoint, row);
    clock.now += HOUR;
    await sync(api, destination, COMPARED);
    expectEqual(api, destination);
  },
);

test('a row deleted while another was inserted is found at once; while another was restored, within seven days', async () => {
  const { api, clock, destination } = await start();
  await sync(api, destination, ['people']);
  clock.now += HOUR;
  const [first, second] = api.company.rows('people').slice(3, 5);
  const row = { ...first };
  api.company.remove('people', Number(row.people_id));
  api.company.insert('people');
  clock.now += HOUR;
  await sync(api, destination, ['people']);
  expectEqual(api, destination, ['people']);

  api.company.remove('people', Number(second?.people_id));
  api.company.insert('people', row);
  clock.now += DAY;
  await sync(api, destination, ['people']);
  expect(idsIn(destination, 'people')).toContain(second?.people_id);
  clock.now += 7 * DAY;
  const run = await sync(api, destination, ['people']);
  expect(run.logs('INFO').join('\n')).toContain('the last comparison is more than seven days old');
  expectEqual(api, destination, ['people']);
});

test('changes that Float does not stamp come with the next comparison', async () => {
  const { api, clock, destination } = await start();
  await sync(api, destination, ['people']);
  const [row] = api.company.rows('people');
  api.company.update('people', Number(row?.people_id), {
    job_title: 'Changed in silence',
    modified: row?.modified ?? null,
  });
  clock.now += 7 * DAY + HOUR;
  await sync(api, destination, ['people']);
  const titles = [...(destination.tables.get('people')?.values() ?? [])].map(({ job_title: title }) => title);
  expect(titles).toContain('Changed in silence');
});

test('a sync that is killed at any message of a comparison does not change the result', async () => {
  const { api, clock, destination } = await start({ company: { counts: { phases: 12 } } });
  const first = await sync(api, destination, ['phases']);
  clock.now += HOUR;
  for (const key of keysOf(api, 'phases').slice(4, 6)) api.company.remove('phases', key);
  api.company.insert('phases');
  clock.now += HOUR;
  const state = first.stateFile();
  const { messages } = await api.read(['phases'], { mode: 'incremental', state });
  const cuts = messages.flatMap(({ type }, index) => (type === 'STATE' || type === 'RECORD' ? [index] : []));
  // The beginning, the end, and some of the rows in between.
  const [begins, ends] = [cuts.slice(0, 3), cuts.slice(-4)];
  for (const cut of [...begins, ...ends]) {
    for (const keepsTail of [true, false]) {
      const killed = new Destination('newest cursor');
      killed.apply(first.messages, true);
      killed.apply(messages.slice(0, cut), keepsTail);
      await sync(api, killed, ['phases']);
      expectEqual(api, killed, ['phases']);
    }
  }
}, 120_000);

test('a mass deletion is processed 100 rows a sync, at least an hour apart', async () => {
  const { api, clock, destination } = await start({ company: { counts: { people: 180 } } });
  await sync(api, destination, ['people']);
  const gone = keysOf(api, 'people').slice(20, 170);
  for (const key of gone) api.company.remove('people', key);
  clock.now += HOUR;
  expect(removedIn(await sync(api, destination, ['people']), 'people')).toHaveLength(100);
  clock.now += 30 * MINUTE;
  expect(removedIn(await sync(api, destination, ['people']), 'people')).toHaveLength(0);
  expect(api.requests).toHaveLength(1);
  clock.now += 31 * MINUTE;
  expect(removedIn(await sync(api, destination, ['people']), 'people')).toHaveLength(50);
  expectEqual(api, destination, ['people']);
});

test('a list that is wrongly empty removes nothing', async () => {
  const { api, clock, destination } = await start();
  await sync(api, destination, ['phases']);
  clock.now += HOUR;
  for (let answers = 0; answers < 12; answers += 1) api.script('/phases', { kind: 'body', body: '[]' });
  expect(removedIn(await sync(api, destination, ['phases']), 'phases')).toEqual([]);
  expectEqual(api, destination, ['phases']);
});

describe('a server without single rows', () => {
  test('is trusted if few rows are missing twice', async () => {
    const { api, clock, destination } = await start({ singleRows: 'missing' });
    await sync(api, destination, ['people']);
    for (const key of keysOf(api, 'people').slice(1, 3)) api.company.remove('people', key);
    clock.now += HOUR;
    await sync(api, destination, ['people']);
    expectEqual(api, destination, ['people']);
  });

  test('is not trusted if many are missing, and one WARN says what to do', async () => {
    const { api, clock, destination } = await start({ singleRows: 'missing', company: { counts: { people: 60 } } });
    await sync(api, destination, ['people']);
    for (const key of keysOf(api, 'people').slice(1, 8)) api.company.remove('people', key);
    clock.now += HOUR;
    const run = await sync(api, destination, ['people']);
    expect(removedIn(run, 'people')).toEqual([]);
    expect(run.logs('WARN')).toEqual([
      expect.stringMatching(
        /people: 7 of 60 rows of earlier syncs are missing from the list.*"Refresh and remove records"/,
      ),
    ]);
    clock.now += HOUR;
    await sync(api, destination, ['people']);
    expect(api.requests).toHaveLength(2);
  });
});

test('a state of version 0.1 leads to a comparison in its first sync, and deletions are followed from then on', async () => {
  const { api, clock, destination } = await start();
  await sync(api, destination, ['people']);
  destination.states.set('people', { modified: iso(NOW - HOUR) });
  await sync(api, destination, ['people']);
  api.company.remove('people', keysOf(api, 'people')[5] ?? 0);
  clock.now += HOUR;
  await sync(api, destination, ['people']);
  expectEqual(api, destination, ['people']);
});
