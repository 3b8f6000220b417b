import { expect, test } from '@jest/globals';
import { createLimiter, floatLimits } from '../../mock-api/limits.ts';
import { mock } from './ask.ts';

function limiter() {
  const clock = { ms: 0 };
  const { arrive, consumeQuota } = createLimiter(floatLimits, () => clock.ms);
  /** How many of n requests are allowed. */
  const send = (n: number, report = false) =>
    Array.from({ length: n }, () => arrive(report)).filter(({ allowed }) => allowed).length;
  return { clock, arrive, consumeQuota, send };
}

test('ten requests a second, wherever the second begins; refused requests do not count', () => {
  const { clock, send } = limiter();
  clock.ms = 500;
  expect(send(50)).toBe(10);
  clock.ms = 1499;
  expect(send(5)).toBe(0);
  clock.ms = 1500;
  expect(send(11)).toBe(10);
});

test('reports have their own minute and share the burst limit', () => {
  const { clock, send } = limiter();
  let reports = 0;
  for (clock.ms = 0; clock.ms < 40_000; clock.ms += 1000) reports += send(1, true);
  expect(reports).toBe(30);
  expect(send(5, true)).toBe(0);
  expect(send(11)).toBe(10);
});

test('another program of the company uses the same minute', () => {
  const { consumeQuota, arrive, send, clock } = limiter();
  consumeQuota(198);
  expect(send(3)).toBe(2);
  clock.ms = 20_000;
  expect(arrive(false)).toEqual({ allowed: false, limit: 200, remaining: 0, reset: 40, retryAfter: 40 });
});

test('every response has the quota headers, a 429 also Retry-After', () => {
  const limits = { perMinute: 2, perSecond: 10, reportsPerMinute: 30 };
  const { clock, get } = mock({ limits });
  expect(get('/people').headers).toMatchObject({
    'ratelimit-limit': '2',
    'ratelimit-remaining': '1',
    'ratelimit-reset': '60',
    'x-ratelimit-limit-minute': '2',
    'x-ratelimit-remaining-minute': '1',
  });
  clock.ms += 15_000;
  expect(get('/people', { authorization: 'Bearer wrong' }).headers['ratelimit-remaining']).toBe('0');
  expect(get('/people')).toMatchObject({ status: 429, headers: { 'ratelimit-reset': '45', 'retry-after': '45' } });
});
