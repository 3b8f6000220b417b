import { setMaxListeners } from 'node:events';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { interpret } from '../../../src/cdk/http/answer.ts';
import type { GetOptions, Meter } from '../../../src/cdk/http/client.ts';
import { RequestFailed } from '../../../src/cdk/http/failure.ts';
import type { Failure, Success } from '../../../src/cdk/http/outcome.ts';
import { CHECK, SYNC } from '../../../src/cdk/http/patience.ts';
import { Scrubber } from '../../../src/cdk/protocol/secrets.ts';
import { FakeClock, settled } from '../../../src/cdk/testing/index.ts';
import { clientOf } from '../../support/client.ts';
import { seedOf } from '../../support/random.ts';

const LIST = { name: 'people', path: '/people' };
const TOKEN = 'flt/Tok+en=47%&11';
const QUOTAS = { perMinute: 1e6, perSecond: 1e6 };

type Reply = Success | Failure;

function reply(status: number, headers: Record<string, string> = {}, text = '[]'): Reply {
  const map = new Map(Object.entries(headers));
  return interpret(status, { get: (name) => map.get(name) ?? null }, text);
}

const lost = (code: string): Reply => ({ outcome: { kind: 'network', code }, headers: { get: () => null } });
const times = (count: number, one: Reply): Reply[] => Array.from({ length: count }, () => one);
const OK = reply(200);

const RATE_LIMITED = reply(403, { 'retry-after': '2' });
const ONE_O_CLOCK = 'Wed, 01 Jul 2026 13:00:00 GMT';

/** A client that gets these replies, each after `latency` milliseconds. Another request fails the test. */
function started(replies: readonly Reply[], { latency = 100, quotas = QUOTAS, concurrency = 4, token = TOKEN } = {}) {
  const clock = new FakeClock(Date.UTC(2026, 6, 1, 12));
  const aborter = new AbortController();
  setMaxListeners(0, aborter.signal);
  const sent: { url: string; at: number; timeout: number }[] = [];
  const reported: { until: number; streams: string[] }[] = [];
  const send = async (url: string, timeout: number, signal?: AbortSignal): Promise<Reply> => {
    const next = replies[sent.length];
    sent.push({ url, at: clock.now(), timeout });
    if (next === undefined) throw new Error(`Nothing is scripted for request ${sent.length}.`);
    await clock.sleep(Math.min(latency, timeout), signal);
    return next;
  };
  const { client, logged } = clientOf(send, {
    clock,
    concurrency,
    signal: aborter.signal,
    quotas: [
      { limit: quotas.perMinute, windowMs: 60_000 },
      { limit: quotas.perSecond, windowMs: 1_000 },
    ],
    mask: (text) => new Scrubber([token]).text(text),
    rateLimited: (until, streams) => void reported.push({ until, streams: [...(streams ?? [])] }),
  });
  const get = (options?: GetOptions) => client.get(LIST, { page: 1 }, options);
  /** Milliseconds between an answer and the next request. */
  const waits = () => sent.slice(1).map(({ at }, index) => at - (sent[index]?.at ?? 0) - latency);
  return { clock, get, client, sent, reported, logged, waits, aborter };
}

/** The body of a response, or the failure type, or the reason of an aborted signal. */
async function outcomeOf(work: Promise<{ body: unknown }>): Promise<unknown> {
  return work.then(
    ({ body }) => body,
    (error) => (error instanceof RequestFailed ? error.failureType : error),
  );
}

const failureOf = (work: Promise<unknown>): Promise<RequestFailed> =>
  work.then(
    () => {
      throw new Error('The request did not fail.');
    },
    (error: RequestFailed) => error,
  );

/** A wait in milliseconds, or the range of a back-off. */
type Wait = number | [number, number];
const FIRST_FOUR: Wait[] = [
  [500, 1_000],
  [1_000, 2_000],
  [2_000, 4_000],
  [4_000, 8_000],
];

const TEN_WAITS: Wait[] = Array.from({ length: 10 }, () => 2_000);

test.each<[string, Reply[], unknown, Wait[]]>([
  ['a 200 returns rows', [OK], [], []],
  ['a 204 returns no body', [reply(204, {}, '')], undefined, []],
  ['a 503 is retried', [...times(4, reply(503)), OK], [], FIRST_FOUR],
  ['a 503 is sent at most five times', times(5, reply(503)), 'transient_error', FIRST_FOUR],
  ['a lost connection is retried', times(5, lost('ECONNRESET')), 'transient_error', FIRST_FOUR],
  ['a body that is not JSON is retried', times(5, reply(200, {}, '')), 'transient_error', FIRST_FOUR],
  ['a 503 is retried when it says', [reply(503, { 'retry-after': '20' }), OK], [], [20_000]],
  ['a 503 fails if it asks for more than 300 s', [reply(503, { 'retry-after': '301' })], 'transient_error', []],
  ['a 429 waits for Retry-After', [reply(429, { 'retry-after': '7' }), OK], [], [7_000]],
  ['a 429 waits for the quota', [reply(429, { 'ratelimit-reset': '12' }), OK], [], [12_000]],
  ['a 429 without a time backs off', [...times(2, reply(429)), OK], [], FIRST_FOUR.slice(1, 3)],
  [
    'the server clock, an hour ahead, decides',
    [reply(429, { date: ONE_O_CLOCK, 'retry-after': 'Wed, 01 Jul 2026 13:00:03 GMT' }), OK],
    [],
    [3_000],
  ],
  [
    'a wait for the quota is not a try',
    [...times(10, RATE_LIMITED), ...times(4, reply(500)), OK],
    [],
    [...TEN_WAITS, ...FIRST_FOUR],
  ],
  ['a 403 that names a rate limit waits', [reply(403, {}, '{"message":"Rate limit exceeded"}'), OK], [], [[1e3, 2e3]]],
  ['any other 403 fails', [reply(403, {}, '{"message":"Not in your plan."}')], 'config_error', []],
  ['ten waits are the limit', times(11, RATE_LIMITED), 'transient_error', TEN_WAITS],
  [
    'the limit is for waits in a row',
    [...times(10, RATE_LIMITED), reply(503), ...times(10, RATE_LIMITED), OK],
    [],
    [...TEN_WAITS, [500, 1_000], ...TEN_WAITS],
  ],
  ['a 429 fails if it asks for more than 600 s', [reply(429, { 'retry-after': '601' })], 'transient_error', []],
  ['a 401 fails', [reply(401)], 'config_error', []],
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

test('requests to a server that never answers fail after five minutes, in a check after 20 seconds', async () => {
  const silence: Reply = { outcome: { kind: 'no answer', seconds: 60 }, headers: { get: () => null } };
  const sync = started(times(9, silence), { latency: 60_000 });
  const check = started(times(9, silence), { latency: 60_000 });
  const since = sync.clock.now();
  expect(await sync.clock.run(outcomeOf(sync.get()))).toBe('transient_error');
  expect(await check.clock.run(outcomeOf(check.get({ patience: CHECK })))).toBe('transient_error');
  expect(sync.clock.now() - since).toBeLessThanOrEqual(330_000);
  expect(check.clock.now() - since).toBeLessThanOrEqual(21_000);
  expect(check.sent.every(({ timeout }) => timeout <= 10_000)).toBe(true);
});

test.each([
  ['slow failures', reply(500), 59_000, 5],
  ['long waits', reply(500, { 'retry-after': '90' }), 100, 4],
])('five minutes are the limit, even if tries are left: %s', async (_, failure, latency, requests) => {
  const { clock, get, sent } = started(times(9, failure), { latency });
  const patience = { ...SYNC, tries: 99 };
  expect(await clock.run(outcomeOf(get({ patience })))).toBe('transient_error');
  expect(sent).toHaveLength(requests);
});

describe('a wait for the quota', () => {
  const LIMITED = reply(429, { 'retry-after': '30' });

  test('delays every request of the client, and is reported to the platform once', async () => {
    const { clock, get, sent, reported } = started([LIMITED, LIMITED, OK, OK, OK]);
    const began = clock.now();
    const both = [get(), get()];
    await clock.advance(5_000);
    await clock.run(Promise.all([...both, get()]));
    expect(sent.map(({ at }) => Math.floor(at - began))).toEqual([0, 0, 30_100, 30_100, 30_100]);
    expect(reported).toEqual([{ until: began + 30_100, streams: [] }]);
  });

  test('caused by our own limiter is reported if it is long, and not if it is short', async () => {
    const { clock, get, reported } = started(times(4, OK), { quotas: { perMinute: 3, perSecond: 1 } });
    const began = clock.now();
    await clock.run(Promise.all([get(), get(), get(), get()]));
    expect(reported).toHaveLength(1);
    expect(reported[0]?.until).toBeGreaterThanOrEqual(began + 60_000);
  });

  test('respects the usage of other programs that a 200 shows', async () => {
    const none = reply(200, { 'ratelimit-remaining': '0', 'ratelimit-reset': '25' });
    const { clock, get, waits } = started([none, OK], { quotas: { ...QUOTAS, perMinute: 200 } });
    await clock.run(get().then(() => get()));
    expect(waits()).toEqual([25_000]);
  });
});

describe('requests with an additional quota', () => {
  const meterOf = (limit: number): Meter => ({ name: 'reports', quotas: [{ limit, windowMs: 60_000 }] });
  const meter = meterOf(2);
  const REPORT = { name: 'reports_people', path: '/reports/people', meter };
  const OTHER_REPORT = { name: 'reports_projects', path: '/reports/projects', meter };

  test('share it, and no other request waits for it', async () => {
    const { clock, get, client, sent, reported } = started(times(5, OK));
    const began = clock.now();
    const reports = [REPORT, OTHER_REPORT, REPORT].map((report) => client.get(report, {}));
    await clock.advance(1_000);
    await clock.run(Promise.all([...reports, get(), get()]));
    expect(sent.map(({ url }) => new URL(url).pathname.slice(4))).toEqual([
      ...['reports/people', 'reports/projects', 'people', 'people', 'reports/people'],
    ]);
    expect((sent[4]?.at ?? 0) - began).toBeGreaterThanOrEqual(60_000);
    expect((sent[3]?.at ?? 0) - began).toBeLessThanOrEqual(1_100);
    expect(reported.map(({ streams }) => streams)).toEqual([['reports_people', 'reports_projects']]);
  });

  test('count in the general quota too', async () => {
    const { clock, get, client, sent } = started(times(4, OK), { quotas: { ...QUOTAS, perMinute: 3 } });
    await clock.run(Promise.all([client.get(REPORT, {}), client.get(OTHER_REPORT, {}), get(), get()]));
    const [first = 0, , , last = 0] = sent.map(({ at }) => at);
    expect(last - first).toBeGreaterThanOrEqual(60_000);
  });

  test('apply quota headers to that quota only', async () => {
    const none = reply(200, { 'ratelimit-remaining': '0', 'ratelimit-reset': '25' });
    const { clock, get, client, waits } = started([none, OK, OK], { quotas: { ...QUOTAS, perMinute: 200 } });
    await clock.run(client.get(REPORT, {}));
    await clock.run(get());
    await clock.run(client.get(OTHER_REPORT, {}));
    expect(waits()).toEqual([0, 24_900]);
  });

  test('wait if one of them was refused, without delaying others', async () => {
    const { clock, get, client, sent } = started([reply(429, { 'retry-after': '30' }), ...times(3, OK)]);
    const report = client.get(REPORT, {});
    await clock.advance(1_000);
    await clock.run(Promise.all([report, get(), client.get(OTHER_REPORT, {})]));
    const [refused = 0, other = 0, ...reports] = sent.map(({ at }) => at);
    expect(other - refused).toBe(1_000);
    for (const at of reports) expect(at - refused).toBeGreaterThanOrEqual(30_100);
  });

  test('count from when they are sent, not from when they began to wait', async () => {
    const { clock, client, sent } = started(times(60, OK), { quotas: { ...QUOTAS, perSecond: 1 } });
    const ask = { ...REPORT, meter: meterOf(50) };
    await clock.run(Promise.all(Array.from({ length: 60 }, () => client.get(ask, {}))));
    const at = sent.map((request) => request.at);
    for (const [index, time] of at.slice(50).entries()) expect(time - (at[index] ?? 0)).toBeGreaterThanOrEqual(60_000);
  });
});

describe('the signal of a caller', () => {
  test.each([
    ['under way', 50],
    ['waiting for a retry', 200],
    ['waiting for the quota', 3_000],
  ])('ends its request at once, and nothing more is sent or logged: %s', async (_, after) => {
    const { clock, get, sent, logged } = started([reply(500), reply(429, { 'retry-after': '60' })], { concurrency: 1 });
    const caller = new AbortController();
    const outcome = outcomeOf(get({ signal: caller.signal }));
    await clock.advance(after);
    caller.abort('the stream has failed');
    expect(await Promise.race([outcome, settled()])).toBe('the stream has failed');
    const [requests, lines] = [sent.length, logged.length];
    await clock.advance(600_000);
    expect([sent.length, logged.length, clock.sleeping]).toEqual([requests, lines, 0]);
  });

  test('returns the place in a meter if the request was waiting for the general quota', async () => {
    const { clock, get, client } = started(times(2, OK), { concurrency: 1 });
    const meter: Meter = { name: 'reports', quotas: [{ limit: 1, windowMs: 60_000 }] };
    const report = { name: 'reports', path: '/reports', meter };
    const caller = new AbortController();
    const first = get();
    const outcome = outcomeOf(client.get(report, {}, { signal: caller.signal }));
    await settled();
    caller.abort('not needed');
    expect(await outcome).toBe('not needed');
    const began = clock.now();
    await clock.run(Promise.all([first, client.get(report, {})]));
    expect(clock.now() - began).toBeLessThan(1_000);
  });

  test('does not end the requests of other callers; the end of the run ends all', async () => {
    const { clock, get, aborter } = started(times(3, OK));
    const callers = [new AbortController(), new AbortController()] as const;
    const [one, other] = callers.map(({ signal }) => outcomeOf(get({ signal })));
    const withoutSignal = outcomeOf(get());
    callers[0].abort('not needed');
    expect(await one).toBe('not needed');
    await clock.advance(50);
    aborter.abort('the end');
    expect(await Promise.all([other, withoutSignal])).toEqual(['the end', 'the end']);
    expect(clock.sleeping).toBe(0);
  });
});

const FORMATS: Record<string, (text: string) => string> = {
  'as text': (text) => text,
  'in a message': (message) => JSON.stringify({ message }),
  'in truncated JSON with escaped slashes': (message) =>
    JSON.stringify({ message }).replaceAll('/', '\\/').slice(0, -1),
};

test.each(Object.entries(FORMATS))(
  'the quoted error message contains no part of the token, wherever it is truncated: %s',
  async (_, write) => {
    const letter = fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code));
    const tokens = fc.oneof(fc.constant(TOKEN), fc.string({ unit: letter, minLength: 12, maxLength: 60 }));
    const offsets = fc.integer({ min: 0, max: 330 });
    const encodings = fc.constantFrom((token: string) => token, encodeURIComponent);
    const property = fc.asyncProperty(offsets, tokens, encodings, async (offset, token, encode) => {
      const text = write(`${' '.repeat(offset)}.${'-'.repeat(offset)}${encode(token)} ${'-'.repeat(400)}`);
      const { clock, get } = started([reply(400, {}, text)], { token });
      const { message, internalMessage = '' } = await clock.run(failureOf(get()));
      for (const shown of [message, internalMessage]) {
        expect(shown).toContain(`.${'-'.repeat(Math.min(offset, 280))}`);
        // The first characters of the token as it is written, unless our own text contains them.
        const start = JSON.stringify(encode(token)).slice(1, 7);
        if (!/^[-."]*$/.test(start)) expect(shown).not.toContain(start);
      }
    });
    await fc.assert(property, { numRuns: 100, seed: seedOf(1) });
  },
);

test.each<[string, Reply[], RegExp, RegExp]>([
  ['one try', [reply(503, { 'retry-after': '301' })], /\(503\)/, /times|again/],
  ['five tries', times(5, reply(503)), /The request was sent 5 times\./, /again/],
  ['a wait of a day', [reply(429, { 'retry-after': '86400' })], /a wait of 86400 s\..* at most 600 s/, /times\./],
  ['a rate limit by 403', times(11, RATE_LIMITED), /quota is used up \(403\).*sent 11 times/, /denies|429|a wait of/],
])('the message of a failure after %s', async (_, replies, says, saysNot) => {
  const { clock, get } = started(replies);
  const { message } = await clock.run(failureOf(get()));
  expect(message).toMatch(says);
  // The advice to run programs at different times also contains "times".
  expect(message.replace('at different times', '')).not.toMatch(saysNot);
});

test('the URL contains every parameter that has a value, encoded', async () => {
  const { clock, client, sent } = started([OK, OK]);
  await clock.run(client.get(LIST, { modified_since: '2026-01-01 00:00:00', x: 'a&b=c/ü', page: undefined }));
  await clock.run(client.get(LIST, { page: undefined }));
  const [withParameters = '', without] = sent.map(({ url }) => url);
  expect(withParameters).toMatch(/^https:\/\/api\.example\/v3\/people\?/);
  const { searchParams } = new URL(withParameters);
  expect(Object.fromEntries(searchParams)).toEqual({ modified_since: '2026-01-01 00:00:00', x: 'a&b=c/ü' });
  expect(without).toBe('https://api.example/v3/people');
});

test.each(['people', '.evil.example/people', '', '/people?page=1', '/people#top'])(
  'the path %j is refused before a request is sent',
  async (path) => {
    const { client, sent } = started([OK]);
    await expect(client.get({ name: 'people', path }, {})).rejects.toThrow('must begin with a slash');
    expect(sent).toEqual([]);
  },
);

const NOON = Date.UTC(2026, 6, 1, 12);
const MORNING = Date.UTC(2026, 5, 30, 9);
const CENTURY_END = Date.UTC(2099, 0, 1);

test.each([
  ['its Date header and our clock', { date: 'Tue, 30 Jun 2026 09:00:00 GMT' }, { earlier: MORNING, later: NOON }],
  ['a Date in the future', { date: 'Thu, 01 Jan 2099 00:00:00 GMT' }, { earlier: NOON, later: CENTURY_END }],
  ['our clock alone, without a Date', {}, { earlier: NOON, later: NOON }],
  ['our clock alone, with an unreadable Date', { date: 'yesterday' }, { earlier: NOON, later: NOON }],
])('the time of a response is taken from two clocks: %s', async (_, headers, expected) => {
  const { clock, get } = started([reply(200, headers)]);
  expect((await clock.run(get())).clocks).toEqual(expected);
});
