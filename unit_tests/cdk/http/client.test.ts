import { setMaxListeners } from 'node:events';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { interpret } from '../../../src/cdk/http/answer.ts';
import { type GetOptions, HttpClient, type Meter } from '../../../src/cdk/http/client.ts';
import { RequestFailed } from '../../../src/cdk/http/failure.ts';
import type { Failure, Success } from '../../../src/cdk/http/outcome.ts';
import { CHECK, SYNC } from '../../../src/cdk/http/patience.ts';
import type { Transport } from '../../../src/cdk/http/transport.ts';
import { Scrubber } from '../../../src/cdk/protocol/secrets.ts';
import { FakeClock, settled } from '../../../src/cdk/testing/index.ts';
import { FLOAT_POLICY } from '../../../src/float/failures.ts';
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

/** A client whose answers are these, each after `latency` milliseconds. A request beyond them fails the test. */
function started(replies: readonly Reply[], { latency = 100, quotas = QUOTAS, concurrency = 4, token = TOKEN } = {}) {
  const clock = new FakeClock(Date.UTC(2026, 6, 1, 12));
  const aborter = new AbortController();
  setMaxListeners(0, aborter.signal);
  const sent: { url: string; at: number; timeout: number }[] = [];
  const told: number[] = [];
  const toldStreams: string[] = [];
  const logged: string[] = [];
  const transport: Transport = {
    close: () => {},
    get: async (url, timeout, signal) => {
      const next = replies[sent.length];
      sent.push({ url, at: clock.now(), timeout });
      if (next === undefined) throw new Error(`Nothing is scripted for request ${sent.length}.`);
      await clock.sleep(Math.min(latency, timeout), signal);
      return next;
    },
  };
  const context = {
    clock,
    signal: aborter.signal,
    log: (_level: string, message: string) => void logged.push(message),
    mask: (text: string) => new Scrubber([token]).text(text),
    rateLimited: (until: number, streams?: ReadonlySet<string>) => {
      told.push(until);
      if (streams !== undefined) toldStreams.push(...streams);
    },
  };
  const api = {
    baseUrl: 'https://api.example/v3',
    quotas: [
      { limit: quotas.perMinute, windowMs: 60_000 },
      { limit: quotas.perSecond, windowMs: 1_000 },
    ],
    maxConcurrentRequests: concurrency,
    policy: FLOAT_POLICY,
  } as const;
  const client = new HttpClient(api, context, transport);
  const get = (options?: GetOptions) => client.get(LIST, { page: 1 }, options);
  /** Milliseconds between an answer and the next request. */
  const waits = () => sent.slice(1).map(({ at }, index) => at - (sent[index]?.at ?? 0) - latency);
  return { clock, get, client, sent, told, toldStreams, logged, waits, aborter };
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

describe('a response leads to', () => {
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
    ['a wait to an epoch: 429', [reply(429, { 'retry-after': '1782907203.1' }), OK], [], [3_000]],
    ['a wait to an epoch of the quota: 429', [reply(429, { 'ratelimit-reset': '1782907203.1' }), OK], [], [3_000]],
    [
      "a wait by the server's own clock, an hour ahead: 429",
      [reply(429, { date: ONE_O_CLOCK, 'retry-after': 'Wed, 01 Jul 2026 13:00:03 GMT' }), OK],
      [],
      [3_000],
    ],
    [
      "a retry by the server's own clock: 503",
      [reply(503, { date: ONE_O_CLOCK, 'retry-after': '1782910803' }), OK],
      [],
      [3_000],
    ],
    ['a wait: 403 with Retry-After', [reply(403, { 'retry-after': '2' }), OK], [], [2_000]],
    [
      'a wait: 403 that names a rate limit',
      [reply(403, {}, '{"message":"Rate limit exceeded"}'), OK],
      [],
      [[1e3, 2e3]],
    ],
    ['a failure at once: any other 403', [reply(403, {}, '{"message":"Not in your plan."}')], 'config_error', []],
    [
      'a failure after eleven refusals: 403',
      times(11, RATE_LIMITED),
      'transient_error',
      times(10, OK).map(() => 2_000),
    ],
    [
      'waits for refusals in a row: another answer begins a new row',
      [...times(10, RATE_LIMITED), reply(503), ...times(10, RATE_LIMITED), OK],
      [],
      [...times(10, OK).map(() => 2_000), [500, 1_000], ...times(10, OK).map(() => 2_000)],
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
  ['failures took', reply(500), 59_000, 5],
  ['waits took', reply(500, { 'retry-after': '90' }), 100, 4],
])('the time spent on %s counts, however many tries are left', async (_, failure, latency, requests) => {
  const { clock, get, sent } = started(times(9, failure), { latency });
  const patience = { ...SYNC, tries: 99 };
  expect(await clock.run(outcomeOf(get({ patience })))).toBe('transient_error');
  expect(sent).toHaveLength(requests);
});

describe('a wait for the quota', () => {
  const LIMITED = reply(429, { 'retry-after': '30' });

  test('delays every request of the client, and is reported to the platform once', async () => {
    const { clock, get, sent, told } = started([LIMITED, LIMITED, OK, OK, OK]);
    const began = clock.now();
    const both = [get(), get()];
    await clock.advance(5_000);
    await clock.run(Promise.all([...both, get()]));
    // Refused for no burst, so they do not come as one again.
    expect(sent.map(({ at }) => Math.floor(at - began))).toEqual([0, 0, 30_100, 30_100, 30_100]);
    expect(told).toEqual([began + 30_100]);
  });

  test('caused by our own limiter is reported if it is long, and not if it is short', async () => {
    const { clock, get, told } = started(times(4, OK), { quotas: { perMinute: 3, perSecond: 1 } });
    const began = clock.now();
    await clock.run(Promise.all([get(), get(), get(), get()]));
    expect(told).toHaveLength(1);
    expect(told[0]).toBeGreaterThanOrEqual(began + 60_000);
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

  test('count in the general quota too', async () => {
    const { clock, get, client, sent } = started(times(4, OK), { quotas: { ...QUOTAS, perMinute: 3 } });
    await clock.run(Promise.all([client.get(REPORT, {}), client.get(OTHER_REPORT, {}), get(), get()]));
    const [first = 0, , , last = 0] = sent.map(({ at }) => at);
    expect(last - first).toBeGreaterThanOrEqual(60_000);
  });

  test('get headers about that quota, which delay no other request', async () => {
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

  test('occupy their places from when they are sent, not from when they began to wait', async () => {
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
    ['waiting to ask again', 200],
    ['waiting for the quota', 3_000],
  ])('ends its request at once while it is %s: nothing more is sent, logged or reserved', async (_, after) => {
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

  test('ends a request that waits for a place, which the next request gets', async () => {
    const { clock, get, sent } = started(times(2, OK), { concurrency: 1 });
    const caller = new AbortController();
    const first = get();
    const outcome = outcomeOf(get({ signal: caller.signal }));
    const last = get();
    await settled();
    caller.abort('not needed');
    expect(await Promise.race([outcome, settled()])).toBe('not needed');
    await clock.run(Promise.all([first, last]));
    expect(sent).toHaveLength(2);
  });

  test('returns the place in a meter if the request was waiting for the general quota', async () => {
    const { clock, get, client, aborter } = started(times(3, OK), { concurrency: 1 });
    const report = {
      name: 'reports',
      path: '/reports',
      meter: { name: 'reports', quotas: [{ limit: 9, windowMs: 1 }] },
    } as const;
    const caller = new AbortController();
    const first = get();
    const outcome = outcomeOf(client.get(report, {}, { signal: caller.signal }));
    await settled();
    caller.abort('not needed');
    expect(await outcome).toBe('not needed');
    await clock.run(Promise.all([first, client.get(report, {})]));
    expect(aborter.signal.aborted).toBe(false);
  });

  test('does not end the requests of other callers; the end of the run ends all', async () => {
    const { clock, get, aborter } = started(times(3, OK));
    const callers = [new AbortController(), new AbortController()] as const;
    const [one, other] = callers.map(({ signal }) => outcomeOf(get({ signal })));
    callers[0].abort('not needed');
    expect(await one).toBe('not needed');
    await clock.advance(50);
    aborter.abort('the end');
    expect(await other).toBe('the end');
  });

  test('that has aborted sends nothing', async () => {
    const { get, sent } = started([OK]);
    expect(await outcomeOf(get({ signal: AbortSignal.abort('too late') }))).toBe('too late');
    expect(sent).toEqual([]);
  });
});

const WRITTEN: Record<string, (text: string) => string> = {
  'as a text': (text) => text,
  'in a message': (message) => JSON.stringify({ message }),
  'in some member of JSON': (why) => JSON.stringify([{ error: { why } }]),
  'in JSON that is cut, with slashes escaped': (message) =>
    JSON.stringify({ message }).replaceAll('/', '\\/').slice(0, -1),
};

test.each(Object.entries(WRITTEN))(
  "the server's words hold no part of the token, wherever they are cut, %s",
  async (_, write) => {
    const letter = fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code));
    const tokens = fc.oneof(fc.constant(TOKEN), fc.string({ unit: letter, minLength: 12, maxLength: 60 }));
    const property = fc.asyncProperty(
      fc.integer({ min: 0, max: 330 }),
      tokens,
      fc.constantFrom((token: string) => token, encodeURIComponent),
      async (offset, token, encode) => {
        const text = write(`${' '.repeat(offset)}.${'-'.repeat(offset)}${encode(token)} ${'-'.repeat(400)}`);
        const { clock, get } = started([reply(400, {}, text)], { token });
        const failed = get().then(neverFails, (error: RequestFailed) => error);
        const { message, internalMessage = '' } = await clock.run(failed);
        for (const shown of [message, internalMessage]) {
          expect(shown).toContain(`.${'-'.repeat(Math.min(offset, 280))}`);
          // The first characters of the token, however it is written, where they are not among those of our own text.
          const start = JSON.stringify(encode(token)).slice(1, 7);
          if (!/^[-."]*$/.test(start)) expect(shown).not.toContain(start);
        }
      },
    );
    await fc.assert(property, { numRuns: 400, seed: seedOf(1) });
  },
);

const neverFails = (): never => {
  throw new Error('The request did not fail.');
};

test.each<[string, Reply[], RegExp, RegExp]>([
  ['one 503 that asks for too long a wait', [reply(503, { 'retry-after': '301' })], /\(503\)/, /times|again/],
  ['five', times(5, reply(503)), /The request was sent 5 times\./, /again/],
  [
    'one 429 that asks for a day',
    [reply(429, { 'retry-after': '86400' })],
    /a wait of 86400 s, but .* at most 600 s/,
    /times\./,
  ],
  ['eleven', times(11, reply(429, { 'retry-after': '2' })), /\(429\).*The request was sent 11 times\./, /a wait of/],
  ['a rate limit by 403', times(11, RATE_LIMITED), /quota is used up \(403\)/, /denies|429/],
  ['one 400', [reply(400, {}, '')], /\(400\)/, /times|says|nothing/],
])('the message of a failure: %s', async (_, replies, says, saysNot) => {
  const { clock, get } = started(replies);
  const { message } = await clock.run(get().then(neverFails, (error: RequestFailed) => error));
  expect(message).toMatch(says);
  // The advice on programs that run at different times is about other times.
  expect(message.replace('at different times', '')).not.toMatch(saysNot);
});

test.each([
  ['under way', 50],
  ['waiting to ask again', 200],
  ['waiting for the quota', 3_000],
])('a request that is %s ends when its signal aborts', async (_, after) => {
  const { clock, get, aborter } = started([reply(500), reply(429, { 'retry-after': '60' }), OK]);
  const outcome = outcomeOf(get());
  await clock.advance(after);
  aborter.abort('not needed');
  expect(await Promise.race([outcome, settled()])).toBe('not needed');
  expect(clock.sleeping).toBe(0);
});

test('the URL encodes every value and stays on the host of base_url', async () => {
  const { clock, client, sent } = started([OK]);
  await clock.run(client.get(LIST, { modified_since: '2026-01-01 00:00:00', x: 'a&b=c/ü' }));
  const url = new URL(sent[0]?.url ?? '');
  expect([url.host, url.pathname]).toEqual(['api.example', '/v3/people']);
  expect(Object.fromEntries(url.searchParams)).toEqual({ modified_since: '2026-01-01 00:00:00', x: 'a&b=c/ü' });
});

test('the address has no question mark without parameters', async () => {
  const { clock, client, sent } = started([OK]);
  await clock.run(client.get(LIST, { page: undefined }));
  expect(sent[0]?.url).toMatch(/\/people$/);
});

test.each(['people', '.evil.example/people', '', '/people?page=1', '/people#top'])(
  'the path %j is refused before a request leaves',
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
  ['its Date header and the sending', { date: 'Tue, 30 Jun 2026 09:00:00 GMT' }, { earlier: MORNING, later: NOON }],
  ['a Date in the future', { date: 'Thu, 01 Jan 2099 00:00:00 GMT' }, { earlier: NOON, later: CENTURY_END }],
  ['the sending alone, without a Date', {}, { earlier: NOON, later: NOON }],
  ['the sending alone, with an unreadable Date', { date: 'yesterday' }, { earlier: NOON, later: NOON }],
])('the time of a response is taken from two clocks: %s', async (_, headers, expected) => {
  const { clock, get } = started([reply(200, headers)]);
  expect((await clock.run(get())).clocks).toEqual(expected);
});
