import { expect, test } from '@jest/globals';
import { createLimiter, floatLimits } from '../../../mock-api/limits.ts';
import { interpret } from '../../../src/cdk/http/answer.ts';
import { FakeClock } from '../../../src/cdk/testing/index.ts';
import { clientOf } from '../../support/client.ts';
import { randomFrom, seedOf } from '../../support/random.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const LATENCY = 300;
const SEED = seedOf(1);

/** When other programs send requests, in milliseconds from the start. */
type Others = (minutes: number) => number[];

const evenly =
  (perMinute: number, from = 0, to = Number.POSITIVE_INFINITY): Others =>
  (minutes) =>
    Array.from({ length: perMinute * minutes }, (_, index) => (index * MINUTE) / perMinute).filter(
      (at) => at >= from * MINUTE && at < to * MINUTE,
    );
const atRandom =
  (perMinute: number): Others =>
  (minutes) => {
    const random = randomFrom(SEED + 1);
    let at = 0;
    return Array.from({ length: perMinute * minutes }, () => {
      at += (-Math.log(1 - random()) * MINUTE) / perMinute;
      return at;
    });
  };
const inBursts: Others = (minutes) =>
  Array.from({ length: 100 * minutes }, (_, index) => Math.floor(index / 100) * MINUTE + 7_000 + (index % 100) * 110);

/** What the server's responses contain. */
interface SentHeaders {
  quota: boolean;
  retryAfter: boolean;
}

/** A server that counts in sliding windows, and a sync that shares it. */
async function share(others: Others, sentHeaders: SentHeaders, requests: number) {
  const clock = new FakeClock(0);
  const server = createLimiter(floatLimits, clock.now);
  const taken = { ours: [] as number[], theirs: 0, refused: 0 };
  const letOthersAsk = async (): Promise<void> => {
    for (const at of others(120)) {
      await clock.sleep(at - clock.now());
      if (server.arrive(false).allowed) taken.theirs += 1;
    }
  };
  void letOthersAsk();
  const get = async () => {
    await clock.sleep(LATENCY / 2);
    const { allowed, remaining, reset, retryAfter } = server.arrive(false);
    if (allowed) taken.ours.push(clock.now());
    else taken.refused += 1;
    const headers: Record<string, number | undefined> = {
      'ratelimit-remaining': sentHeaders.quota ? remaining : undefined,
      'ratelimit-reset': sentHeaders.quota ? reset : undefined,
      'retry-after': sentHeaders.retryAfter && !allowed ? retryAfter : undefined,
    };
    await clock.sleep(LATENCY / 2);
    return interpret(allowed ? 200 : 429, { get: (name) => headers[name]?.toString() ?? null }, '[]');
  };
  const { client } = clientOf(get, { clock, random: randomFrom(SEED) });
  let left = requests;
  const worker = async (): Promise<void> => {
    for (; left > 0; left -= 1) await client.get({ name: 'people', path: '/people' }, {});
  };
  await clock.run(Promise.all(Array.from({ length: 4 }, worker)));
  const minutes = clock.now() / MINUTE;
  return { ...taken, minutes, leftPerMinute: floatLimits.perMinute - taken.theirs / minutes };
}

const OTHERS: Record<string, Others> = {
  'half of the quota, at random': atRandom(100),
  'half of the quota, in bursts': inBursts,
  'nearly all of it, at random': atRandom(180),
  'one request a minute': evenly(1),
};
const SENT_HEADERS: Record<string, SentHeaders> = {
  'the server sends all headers': { quota: true, retryAfter: true },
  'the server sends Retry-After only': { quota: false, retryAfter: true },
  'the server sends no header': { quota: false, retryAfter: false },
};
const CASES = Object.keys(OTHERS).flatMap((others) =>
  Object.keys(SENT_HEADERS).map((sentHeaders) => [others, sentHeaders] as const),
);

test.each(CASES)(
  'other programs use %s, %s: few requests are refused, and the rest of the quota is used',
  async (others, sentHeaders) => {
    const { ours, refused, minutes, leftPerMinute } = await share(
      OTHERS[others] as Others,
      SENT_HEADERS[sentHeaders] as SentHeaders,
      400,
    );
    expect(refused / (ours.length + refused)).toBeLessThan(0.1);
    // Over 110 seeds, the lowest ratio was 0.695, for bursts without headers; otherwise 0.77.
    expect(ours.length / minutes).toBeGreaterThan(0.65 * leftPerMinute);
  },
);

test('once other programs stop, the whole quota is used again, without any header', async () => {
  const { ours } = await share(evenly(190, 1, 3), { quota: false, retryAfter: false }, 1_200);
  const inMinute = (minute: number): number => ours.filter((at) => Math.floor(at / MINUTE) === minute).length;
  expect(inMinute(2)).toBeLessThan(100);
  const whole = Array.from({ length: 10 }, (_, minute) => inMinute(minute)).findIndex(
    (count, minute) => minute > 2 && count >= 0.9 * floatLimits.perMinute,
  );
  expect(whole).toBeGreaterThan(2);
  expect(whole).toBeLessThanOrEqual(7);
});
