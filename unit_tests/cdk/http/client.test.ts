import { describe, expect, test } from '@jest/globals';
import { type Failure, interpret, type Success, type Transport } from '../../../src/cdk/http/transport.ts';
import { CHECK, FloatClient, type Patience } from '../../../src/float/client.ts';
import { RequestFailed } from '../../../src/float/failures.ts';
import { FakeClock, settled } from '../../support/fake-clock.ts';

const LIST = { name: 'people', path: '/people' };
const CONFIG = {
  apiToken: 'token',
  startDate: undefined,
  baseUrl: 'https://float.example/v3',
  requestsPerMinute: 1e6,
  requestsPerSecond: 1e6,
  concurrency: 4,
  contactEmail: undefined,
};

type Reply = Success | Failure;

function reply(status: number, headers: Record<string, string> = {}, text = '[]'): Reply {
  const map = new Map(Object.entries(headers));
  return interpret(status, { get: (name) => map.get(name) ?? null }, text);
}

const lost = (code: string): Reply => ({ outcome: { kind: 'network', code }, headers: { get: () => null } });
const times = (count: number, one: Reply): Reply[] => Array.from({ length: count }, () => one);
const OK = reply(200);

/** A client whose answers are these, each after `latency` milliseconds. A request beyond them fails the test. */
function started(replies: readonly Reply[], { latency = 100, config = CONFIG } = {}) {
  const clock = new FakeClock(Date.UTC(2026, 6, 1, 12));
  const aborter = new AbortController();
  const sent: { url: string; at: number; timeout: number }[] = [];
  const told: number[] = [];
  const toldStreams: string[] = [];
  const transport: Transport = {
    close: () => {},
    get: async (url, timeout) => {
      const next = replies[sent.length];
      sent.push({ url, at: clock.now(), timeout });
      if (next === undefined) throw new Error(`Nothing is scripted for request ${sent.length}.`);
      await clock.sleep(Math.min(latency, timeout), aborter.signal);
      return next;
    },
  };
  const context = {
    clock,
    signal: aborter.signal,
    log: () => {},
    rateLimited: (until: number, streams?: ReadonlySet<string>) => {
      told.push(until);
      if (streams !== undefined) toldStreams.push(...streams);
    },
  };
  const client = new FloatClient(config, context, transport);
  const get = (patience?: Patience) => client.get(LIST, { page: 1 }, patience);
  /** Milliseconds between an answer and the next request. */
  const waits = () => sent.slice(1).map(({ at }, index) => at - (sent[index]?.at ?? 0) - latency);
  return { clock, get, client, sent, told, toldStreams, waits, aborter };
}

/** What became of a request: its body, or the type of the failure. */
async function outcomeOf(work: Promise<{ body: unknown }>): Promise<unknown> {
  return work.then(
    ({ body }) => body,
    (error) => (error instanceof RequestFailed ? error.failureType : error),
  );
}

/** A wait as long as the server said, or the range of a back-off. */
type Wait = number | [number, number];
const FIRST_FOUR: Wait[] = [
  [500, 1_000],
  [1_000, 2_000],
  [2_000, 4_000],
  [4_000, 8_000],
];

describe('an answer leads to', () => {
  test.each<[string, Reply[], unknown, Wait[]]>([
    ['rows at once', [OK], [], []],
    ['nothing at all where there is nothing', [reply(204, {}, '')], undefined, []],
    ['a retry: 503', [...times(4, reply(503)), OK], [], FIRST_FOUR],
    ['a failure after five tries: 503', times(5, reply(503)), 'transient_error', FIRST_FOUR],
    ['a failure after five tries: reset', times(5, lost('ECONNRESET')), 'transient_error', FIRST_FOUR],
    ['a failure after five tries: no JSON', times(5, reply(200, {}, '')), 'transient_error', FIRST_FOUR],
    ['a retry as late as asked: 503', [reply(503, { 'retry-after': '20' }), OK], [], [20_000]],
    ['a retry at a date', [reply(503, { 'retry-after': 'Wed, 01 Jul 2026 12:00:30 GMT' }), OK], [], [29_900]],
    ['a failure where that is too late: 503', [reply(503, { 'retry-after': '301' })], 'transient_error', []],
    ['a wait as long as asked: 429', [reply(429, { 'retry-after': '7' }), OK], [], [7_000]],
    ['a wait for the quota: 429', [reply(429, { 'ratelimit-reset': '12' }), OK], [], [12_000]],
    [
      'a wait for both at their time',
      [reply(429, { 'ratelimit-remaining': '0', 'ratelimit-reset': '9' }), OK],
      [],
      [9_000],
    ],
    ['a back-off where 429 says no time', [...times(2, reply(429)), OK], [], FIRST_FOUR.slice(1, 3)],
    ['a back-off where 429 says 0', [...times(2, reply(429, { 'retry-after': '0' })), OK], [], FIRST_FOUR.slice(1, 3)],
    [
      'waits that are no tries: 429',
      [...times(6, reply(429, { 'retry-after': '1' })), ...times(4, reply(500)), OK],
      [],
      [...times(6, OK).map(() => 1_000), ...FIRST_FOUR],
    ],
    [
      'a failure after ten waits: 429',
      times(11, reply(429, { 'retry-after': '2' })),
      'transient_error',
      times(10, OK).map(() => 2_000),
    ],
    ['a failure where the wait is too long: 429', [reply(429, { 'retry-after': '601' })], 'transient_error', []],
    ['a failure at once: 401', [reply(401)], 'config_error', []],
    ['a failure at once: 422', [reply(422)], 'system_error', []],
    ['a failure at once: redirect', [reply(302)], 'config_error', []],
    ['a failure at once: certificate', [lost('CERT_HAS_EXPIRED')], 'config_error', []],
  ])('%s', async (_, replies, expected, waited) => {
    const { clock, get, sent, waits } = started(replies);
    expect(await clock.run(outcomeOf(get()))).toEqual(expected);
    expect(sent).toHaveLength(replies.length);
    for (const [index, wait] of waits().entries()) {
      const [least, most] = [waited[index] ?? Number.NaN].flat();
      expect(wait).toBeGreaterThanOrEqual(least ?? Number.NaN);
      expect(wait).toBeLessThanOrEqual(most ?? least ?? Number.NaN);
    }
    expect(clock.sleeping).toBe(0);
  });
});

test('a server that never answers is given up after five minutes, in a check after twenty seconds', async () => {
  const silence: Reply = { outcome: { kind: 'no answer', seconds: 60 }, headers: { get: () => null } };
  const sync = started(times(9, silence), { latency: 60_000 });
  const check = started(times(9, silence), { latency: 60_000 });
  const since = sync.clock.now();
  expect(await sync.clock.run(outcomeOf(sync.get()))).toBe('transient_error');
  expect(await check.clock.run(outcomeOf(check.get(CHECK)))).toBe('transient_error');
  expect(sync.clock.now() - since).toBeLessThanOrEqual(330_000);
  expect(check.clock.now() - since).toBeLessThanOrEqual(21_000);
  expect(check.sent.every(({ timeout }) => timeout <= 10_000)).toBe(true);
});

test.each([
  ['failures took', reply(500), 59_000, 5],
  ['waits took', reply(500, { 'retry-after': '90' }), 100, 4],
])('the time that %s counts, however many tries are left', async (_, failure, latency, requests) => {
  const { clock, get, sent } = started(times(9, failure), { latency });
  const patience = { tries: 99, timeout: 60_000, total: 300_000, quotaWaits: 1, longestWait: 1 };
  expect(await clock.run(outcomeOf(get(patience)))).toBe('transient_error');
  expect(sent).toHaveLength(requests);
});

describe('a wait for the quota', () => {
  const LIMITED = reply(429, { 'retry-after': '30' });

  test('holds every request of the client, and the platform hears of it once', async () => {
    const { clock, get, sent, told } = started([LIMITED, LIMITED, OK, OK, OK]);
    const began = clock.now();
    const both = [get(), get()];
    await clock.advance(5_000);
    await clock.run(Promise.all([...both, get()]));
    // Refused for no burst, so they do not come as one again.
    expect(sent.map(({ at }) => Math.floor(at - began))).toEqual([0, 0, 30_100, 30_100, 30_100]);
    expect(told).toEqual([began + 30_100]);
  });

  test('of our own making is told too where it is long, and not where it is short', async () => {
    const config = { ...CONFIG, requestsPerMinute: 3, requestsPerSecond: 1 };
    const { clock, get, told } = started(times(4, OK), { config });
    const began = clock.now();
    await clock.run(Promise.all([get(), get(), get(), get()]));
    expect(told).toHaveLength(1);
    expect(told[0]).toBeGreaterThanOrEqual(began + 60_000);
  });

  test("obeys what a 200 says of other programs' requests", async () => {
    const none = reply(200, { 'ratelimit-remaining': '0', 'ratelimit-reset': '25' });
    const { clock, get, waits } = started([none, OK], { config: { ...CONFIG, requestsPerMinute: 200 } });
    await clock.run(get().then(() => get()));
    expect(waits()).toEqual([25_000]);
  });
});

describe('requests that are counted apart', () => {
  const meter = { name: 'reports', requestsPerMinute: 2 };
  const REPORT = { name: 'reports_people', path: '/reports/people', meter };
  const OTHER_REPORT = { name: 'reports_projects', path: '/reports/projects', meter };

  test('share a quota of their own, for which no other request waits', async () => {
    const { clock, get, client, sent, told, toldStreams } = started(times(5, OK));
    const began = clock.now();
    const reports = [REPORT, OTHER_REPORT, REPORT].map((report) => client.get(report, {}));
    await clock.advance(1_000);
    await clock.run(Promise.all([...reports, get(), get()]));
    expect(sent.map(({ url }) => new URL(url).pathname.slice(4))).toEqual([
      ...['reports/people', 'reports/projects', 'people', 'people', 'reports/people'],
    ]);
    expect((sent[4]?.at ?? 0) - began).toBeGreaterThanOrEqual(60_000);
    expect((sent[3]?.at ?? 0) - began).toBeLessThanOrEqual(1_100);
    expect(told).toHaveLength(1);
    expect(toldStreams).toEqual(['reports_people', 'reports_projects']);
  });

  test('count in the quota of all too', async () => {
    const config = { ...CONFIG, requestsPerMinute: 3 };
    const { clock, get, client, sent } = started(times(4, OK), { config });
    await clock.run(Promise.all([client.get(REPORT, {}), client.get(OTHER_REPORT, {}), get(), get()]));
    const [first = 0, , , last = 0] = sent.map(({ at }) => at);
    expect(last - first).toBeGreaterThanOrEqual(60_000);
  });

  test('get answers whose figures are of that quota: they hold nobody else', async () => {
    const none = reply(200, { 'ratelimit-remaining': '0', 'ratelimit-reset': '25' });
    const { clock, get, client, waits } = started([none, OK, OK], { config: { ...CONFIG, requestsPerMinute: 200 } });
    await clock.run(client.get(REPORT, {}));
    await clock.run(get());
    await clock.run(client.get(OTHER_REPORT, {}));
    expect(waits()).toEqual([0, 24_900]);
  });

  test('wait where one of them was refused, and hold nobody else', async () => {
    const { clock, get, client, sent } = started([reply(429, { 'retry-after': '30' }), ...times(3, OK)]);
    const report = client.get(REPORT, {});
    await clock.advance(1_000);
    await clock.run(Promise.all([report, get(), client.get(OTHER_REPORT, {})]));
    const [refused = 0, other = 0, ...reports] = sent.map(({ at }) => at);
    expect(other - refused).toBe(1_000);
    for (const at of reports) expect(at - refused).toBeGreaterThanOrEqual(30_100);
  });

  test('hold their places from their sending, not from when they began to wait', async () => {
    const config = { ...CONFIG, requestsPerSecond: 1 };
    const { clock, client, sent } = started(times(60, OK), { config });
    const ask = { ...REPORT, meter: { name: 'reports', requestsPerMinute: 50 } };
    await clock.run(Promise.all(Array.from({ length: 60 }, () => client.get(ask, {}))));
    const at = sent.map((request) => request.at);
    for (const [index, time] of at.slice(50).entries()) expect(time - (at[index] ?? 0)).toBeGreaterThanOrEqual(60_000);
  });
});

test.each([
  ['under way', 50],
  ['waiting to ask again', 200],
  ['waiting for the quota', 3_000],
])('a request that is %s ends when nobody needs it', async (_, after) => {
  const { clock, get, aborter } = started([reply(500), reply(429, { 'retry-after': '60' }), OK]);
  const outcome = outcomeOf(get());
  await clock.advance(after);
  aborter.abort('not needed');
  expect(await Promise.race([outcome, settled()])).toBe('not needed');
  expect(clock.sleeping).toBe(0);
});

test('the address is put together so that every value survives, on the host of base_url', async () => {
  const { clock, client, sent } = started([OK]);
  await clock.run(client.get(LIST, { modified_since: '2026-01-01 00:00:00', x: 'a&b=c/ü' }));
  const url = new URL(sent[0]?.url ?? '');
  expect([url.host, url.pathname]).toEqual(['float.example', '/v3/people']);
  expect(Object.fromEntries(url.searchParams)).toEqual({ modified_since: '2026-01-01 00:00:00', x: 'a&b=c/ü' });
});

const NOON = Date.UTC(2026, 6, 1, 12);
const MORNING = Date.UTC(2026, 5, 30, 9);
const CENTURY_END = Date.UTC(2099, 0, 1);

test.each([
  ['its Date header and the sending', { date: 'Tue, 30 Jun 2026 09:00:00 GMT' }, { earlier: MORNING, later: NOON }],
  ['a Date in the future', { date: 'Thu, 01 Jan 2099 00:00:00 GMT' }, { earlier: NOON, later: CENTURY_END }],
  ['the sending alone, without a Date', {}, { earlier: NOON, later: NOON }],
  ['the sending alone, with an unreadable Date', { date: 'yesterday' }, { earlier: NOON, later: NOON }],
])("an answer's moment is known by two clocks: %s", async (_, headers, expected) => {
  const { clock, get } = started([reply(200, headers)]);
  expect((await clock.run(get())).clocks).toEqual(expected);
});
