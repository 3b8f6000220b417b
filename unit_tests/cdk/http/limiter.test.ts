import { setMaxListeners } from 'node:events';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Limiter, type Quota, type ServerQuota } from '../../../src/cdk/http/limiter.ts';
import { FakeClock, settled } from '../../../src/cdk/testing/index.ts';
import { randomFrom, seedOf } from '../../support/random.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const never = new AbortController().signal;
// All waiting requests listen to it.
setMaxListeners(0, never);

const quotas = (perMinute: number, perSecond: number): [Quota, Quota] => [
  { limit: perMinute, windowMs: MINUTE },
  { limit: perSecond, windowMs: SECOND },
];
const FLOAT = quotas(200, 10);

/** The network. */
interface Way {
  /** Milliseconds to the server, and from there until the answer is read. */
  to: () => number;
  back: () => number;
  /** Added before a request if no free connection was used in the last five seconds. */
  handshake: number;
}

interface Load {
  quotas: [Quota, Quota];
  requests: number;
  concurrency: number;
  way: Way;
  /** Milliseconds before a worker asks for its next request. */
  idle?: () => number;
  /** Called at each arrival. Returns the quota headers of the response. */
  server?: (now: number) => ServerQuota | undefined;
}

const steady = (latency: number): Way => ({ to: () => latency / 2, back: () => latency / 2, handshake: 0 });

/** Runs workers that send requests one after another. Resolves to the times of arrival, sorted, and the duration. */
async function simulate({ quotas, requests, concurrency, way, idle = () => 0, server = () => undefined }: Load) {
  const clock = new FakeClock(0);
  const limiter = new Limiter(quotas, concurrency, clock);
  const arrivals: number[] = [];
  /** When each one expires. Like Node's agent, the limiter takes the one that was used last. */
  const connections: number[] = [];
  let left = requests;
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const pause = idle();
      if (pause > 0) await clock.sleep(pause);
      const ticket = await limiter.acquire(never);
      const isConnected = (connections.pop() ?? -1) >= clock.now();
      await clock.sleep(way.to() + (isConnected ? 0 : way.handshake));
      arrivals.push(clock.now());
      const figures = server(clock.now());
      await clock.sleep(way.back());
      limiter.answered(ticket, figures);
      connections.push(clock.now() + 5 * SECOND);
    }
  };
  await clock.run(Promise.all(Array.from({ length: concurrency }, worker)));
  return { arrivals: arrivals.sort((a, b) => a - b), took: clock.now(), limiter, clock };
}

/** The highest number of requests in any sliding window. Every fixed window is one of these. */
function mostCounted(arrivals: readonly number[], milliseconds: number): number {
  let first = 0;
  let most = 0;
  for (const [index, arrival] of arrivals.entries()) {
    while (arrival - (arrivals[first] ?? arrival) >= milliseconds) first += 1;
    most = Math.max(most, index - first + 1);
  }
  return most;
}

describe('the quota', () => {
  const spread = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 100 }), fc.integer({ min: 100, max: 3000 }));
  const circumstances = fc.record({
    seed: fc.integer(),
    perMinute: fc.integer({ min: 20, max: 200 }),
    perSecond: fc.integer({ min: 1, max: 20 }),
    concurrency: fc.integer({ min: 1, max: 16 }),
    to: fc.integer({ min: 1, max: 1000 }),
    back: fc.integer({ min: 1, max: 1000 }),
    toSpread: spread,
    backSpread: spread,
    longTail: fc.boolean(),
    handshake: fc.constantFrom(0, 50, 700, 4000),
    idle: fc.constantFrom(0, 0.02, 0.3),
    drift: fc.constantFrom(0, 0.009),
  });

  test('is never exceeded at the server, however late requests arrive', async () => {
    await fc.assert(
      fc.asyncProperty(circumstances, async (how) => {
        const random = randomFrom(how.seed);
        const delay = (spread: number): number => spread * (how.longTail ? -Math.log(1 - random()) : random());
        const { arrivals } = await simulate({
          quotas: quotas(how.perMinute, how.perSecond),
          requests: 150,
          concurrency: how.concurrency,
          way: {
            to: () => how.to + delay(how.toSpread),
            back: () => how.back + delay(how.backSpread),
            handshake: how.handshake,
          },
          idle: () => (random() < how.idle ? random() * 70 * SECOND : 0),
        });
        const byItsClock = arrivals.map((arrival) => arrival * (1 - how.drift));
        expect(mostCounted(byItsClock, MINUTE)).toBeLessThanOrEqual(how.perMinute);
        expect(mostCounted(byItsClock, SECOND)).toBeLessThanOrEqual(how.perSecond);
      }),
      { numRuns: 50, seed: seedOf(1) },
    );
  });

  /** Servers without quota headers, and with headers about a sliding window, in whole seconds. */
  const counts = {
    silent: () => () => undefined,
    sliding: () => {
      const arrivals: number[] = [];
      return (now: number) => {
        arrivals.push(now);
        const counted = arrivals.filter((arrival) => arrival > now - MINUTE);
        return {
          remaining: 200 - counted.length,
          resetMs: Math.ceil(((counted[0] ?? now) + MINUTE - now) / SECOND) * SECOND,
        };
      };
    },
  };

  // The last column is the earliest time at which the last request can be answered. Windows and busy workers delay it.
  test.each([
    [500, FLOAT, 4, 300, 'silent', 130_600],
    [500, FLOAT, 4, 300, 'sliding', 130_600],
    [500, FLOAT, 16, 600, 'sliding', 130_600],
    [800, quotas(1e6, 10), 4, 300, 'silent', 80_600],
    [400, quotas(1e6, 1e5), 4, 20, 'silent', 2_000],
  ] as const)(
    'is used to 97 %%: %d requests, quotas %j, %d at once, %d ms, %s server',
    async (requests, quotas, concurrency, latency, server, bestMs) => {
      const load = { requests, quotas, concurrency, way: steady(latency), server: counts[server]() };
      const { took } = await simulate(load);
      expect(took).toBeGreaterThanOrEqual(bestMs);
      expect(took).toBeLessThanOrEqual(1.03 * bestMs);
    },
  );
});

test('its memory does not grow with the number of requests', async () => {
  const load = { quotas: quotas(100, 10), requests: 3_000, concurrency: 4, way: steady(50) };
  const { limiter, clock } = await simulate(load);
  const kept = JSON.stringify(limiter, (_, value) => (value === clock ? undefined : value));
  expect(kept.length).toBeLessThan(10_000);
});

/** A limiter, its clock, and the requests that it admitted, in order. */
function started(quotas: [Quota, ...Quota[]], concurrency = Number.POSITIVE_INFINITY) {
  const clock = new FakeClock(0);
  const waits: number[] = [];
  const limiter = new Limiter(quotas, concurrency, clock, (until) => waits.push(until));
  const admitted: { name: string; at: number }[] = [];
  const refused: string[] = [];
  const ask = (name: string, signal = new AbortController().signal): Promise<void> =>
    limiter.acquire(signal).then(
      () => void admitted.push({ name, at: clock.now() }),
      (reason) => void refused.push(`${name}: ${reason}`),
    );
  return { clock, limiter, waits, admitted, refused, ask };
}

/** Sends requests one after another, and answers each of them at once. */
async function sendAndAnswer(limiter: Limiter, requests: number, figures?: ServerQuota): Promise<void> {
  for (let index = 0; index < requests; index += 1) limiter.answered(await limiter.acquire(never), figures);
}

test('the wait for a number of requests is predicted, also after a refusal', async () => {
  const { clock, limiter } = started(quotas(3, 2));
  await clock.run(sendAndAnswer(limiter, 2));
  const [begunAt, expected] = [clock.now(), limiter.waitMs(5)];
  await clock.run(sendAndAnswer(limiter, 5));
  expect(clock.now() - begunAt).toBeGreaterThan(MINUTE);
  expect(Math.abs(clock.now() - begunAt - expected)).toBeLessThanOrEqual(1);
  limiter.refused({ sentAt: clock.now() }, 90 * SECOND, 0);
  expect(limiter.waitMs(1)).toBe(90 * SECOND);
});

describe('waiting requests', () => {
  test('are admitted in order; an aborted one delays no other and leaves nothing behind', async () => {
    const { clock, limiter, admitted, refused, ask } = started([{ limit: 2, windowMs: 2 * SECOND }]);
    const [head, middle] = [new AbortController(), new AbortController()];
    await sendAndAnswer(limiter, 2);
    const all = [ask('head', head.signal), ask('b'), ask('middle', middle.signal), ask('c'), ask('d')];
    await clock.advance(400);
    head.abort('gone');
    middle.abort('gone too');
    await clock.advance(10 * SECOND);
    await Promise.all(all.slice(0, 4));
    expect(refused).toEqual(['head: gone', 'middle: gone too']);
    expect(admitted.map(({ name }) => name)).toEqual(['b', 'c']);
    expect(admitted.every(({ at }) => at >= 2 * SECOND && at < 2.04 * SECOND)).toBe(true);
    // d waits for an answer to b or c.
    expect(clock.sleeping).toBe(1);
  });

  test.each(['waits for its turn', 'comes too late'])(
    'are not delayed by an aborted one that %s, and no place is lost',
    async (when) => {
      const { clock, limiter, admitted, refused, ask } = started([{ limit: 100, windowMs: SECOND }], 1);
      const aborter = new AbortController();
      if (when === 'comes too late') aborter.abort('gone');
      const underWay = await limiter.acquire(never);
      void ask('head');
      const gone = ask('gone', aborter.signal);
      void ask('last');
      await settled();
      aborter.abort('gone');
      await gone;
      expect(refused).toEqual(['gone: gone']);
      limiter.answered(underWay);
      await clock.advance(SECOND);
      expect(admitted.map(({ name }) => name)).toEqual(['head']);
      limiter.cancel();
      await clock.advance(SECOND);
      expect(admitted.map(({ name }) => name)).toEqual(['head', 'last']);
    },
  );

  test('return their place if the signal aborts while they get it', async () => {
    const { limiter } = started([{ limit: 100, windowMs: SECOND }], 1);
    const aborter = new AbortController();
    const asked = limiter.acquire(aborter.signal);
    // The place is taken, but `acquire` has not resolved yet.
    for (let turns = 0; turns < 3; turns += 1) await Promise.resolve();
    aborter.abort('gone');
    const outcome = await asked.then(
      () => limiter.cancel(),
      (reason) => reason,
    );
    expect([undefined, 'gone']).toContain(outcome);
    expect(await limiter.acquire(never)).toEqual({ sentAt: 0 });
  });

  test('are delayed by a refusal that comes while they wait, and so are later ones', async () => {
    const { clock, limiter, admitted, waits, ask } = started([{ limit: 1, windowMs: SECOND }]);
    const refused = await limiter.acquire(never);
    limiter.answered(refused);
    void ask('waiting');
    await clock.advance(500);
    limiter.refused(refused, 9.5 * SECOND, undefined);
    limiter.refused(refused, 3 * SECOND, undefined);
    void ask('later');
    await clock.advance(9_499);
    expect(admitted).toEqual([]);
    await clock.advance(1);
    expect(admitted).toEqual([{ name: 'waiting', at: 10 * SECOND }]);
    expect(waits).toContain(10 * SECOND);
  });
});

test('a process uses half of the burst limit in its first second, because a previous process may have used it', async () => {
  for (const [perSecond, atOnce] of [
    [10, 5],
    [3, 2],
    [1, 1],
  ] as const) {
    const { clock, admitted, ask } = started(quotas(200, perSecond));
    for (let index = 0; index < 20; index += 1) void ask(`${index}`);
    await clock.advance(SECOND - 1);
    expect({ perSecond, admitted: admitted.length }).toEqual({ perSecond, admitted: atOnce });
  }
});

describe('the quota headers of the server', () => {
  const OTHERS = { remaining: 3, resetMs: 30 * SECOND };

  const afterFirstSecond = async () => {
    const all = started(FLOAT);
    await all.clock.advance(SECOND);
    return all;
  };

  /** How many of 20 requests go at once, and when the next one goes. */
  async function next({ clock, admitted, ask }: ReturnType<typeof started>): Promise<[number, number]> {
    const now = clock.now();
    for (let index = 0; index < 20; index += 1) void ask(`${index}`);
    await settled();
    const atOnce = admitted.length;
    await clock.advance(2 * MINUTE);
    return [atOnce, (admitted[atOnce]?.at ?? Number.NaN) - now];
  }

  test.each([
    ['no headers', undefined, [9, 1010]],
    ['other programs used most of it', OTHERS, [3, 30_000]],
    ['other programs used all of it', { remaining: 0, resetMs: 30 * SECOND }, [0, 30_000]],
    ['more is left than we may use', { remaining: 500, resetMs: 30 * SECOND }, [9, 1010]],
    ['only our own request is counted', { remaining: 199, resetMs: 30 * SECOND }, [9, 1010]],
    ['it resets later than we would wait', { remaining: 0, resetMs: 601 * SECOND }, [9, 1010]],
  ])('%s', async (_, figures, expected) => {
    const all = await afterFirstSecond();
    await sendAndAnswer(all.limiter, 1, figures);
    expect(await next(all)).toEqual(expected);
  });

  test('do not include requests in flight', async () => {
    const all = await afterFirstSecond();
    const [first] = [await all.limiter.acquire(never), await all.limiter.acquire(never)];
    all.limiter.answered(first, OTHERS);
    expect(await next(all)).toEqual([2, 30_000]);
  });

  test('may come in the wrong order: the lowest number counts', async () => {
    const all = await afterFirstSecond();
    const [first, second] = [await all.limiter.acquire(never), await all.limiter.acquire(never)];
    all.limiter.answered(second, { remaining: 2, resetMs: 30 * SECOND });
    all.limiter.answered(first, { remaining: 3, resetMs: 30 * SECOND });
    expect(await next(all)).toEqual([1, 30_000]);
  });

  test('start over with a new window', async () => {
    const all = await afterFirstSecond();
    await sendAndAnswer(all.limiter, 1, { remaining: 0, resetMs: 30 * SECOND });
    await all.clock.advance(30 * SECOND);
    await sendAndAnswer(all.limiter, 1, { remaining: 150, resetMs: 60 * SECOND });
    expect(await next(all)).toEqual([9, 1010]);
  });
});
