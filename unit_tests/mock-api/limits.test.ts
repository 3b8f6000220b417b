import { describe, expect, test } from '@jest/globals';
import { createLimiter, floatLimits } from '../../mock-api/limits.ts';
import { createClock, mock } from './ask.ts';

function limiter(timeScale = 1, limits = floatLimits) {
  const clock = createClock(0);
  const { arrive, consumeQuota } = createLimiter(limits, clock.now, timeScale);
  const send = (n: number, report = false) => Array.from({ length: n }, () => arrive(report).allowed);
  return { clock, arrive, consumeQuota, send };
}

const allowed = (verdicts: boolean[]) => verdicts.filter(Boolean).length;

describe('sliding windows', () => {
  test('ten a second, wherever the second begins', () => {
    const { clock, send } = limiter();
    clock.ms = 500;
    expect(allowed(send(10))).toBe(10);
    clock.ms = 1499;
    expect(allowed(send(5))).toBe(0);
    clock.ms = 1500;
    expect(allowed(send(11))).toBe(10);
  });

  test('two hundred a minute, wherever the minute begins', () => {
    const { clock, send } = limiter();
    let total = 0;
    for (clock.ms = 30_000; clock.ms < 90_000; clock.ms += 250) total += allowed(send(1));
    expect(total).toBe(200);
    clock.ms = 90_000;
    expect(allowed(send(2))).toBe(1);
  });

  test('refused requests use up nothing', () => {
    const { clock, send } = limiter();
    send(50);
    clock.ms = 1000;
    expect(allowed(send(10))).toBe(10);
  });

  test('reports have a minute of their own and share the burst limit', () => {
    const { clock, send } = limiter();
    let reports = 0;
    for (clock.ms = 0; clock.ms < 40_000; clock.ms += 1000) reports += allowed(send(1, true));
    expect(reports).toBe(30);
    expect(allowed(send(5, true))).toBe(0);
    expect(allowed(send(11))).toBe(10);
  });

  test('another program of the company uses the same minute', () => {
    const { consumeQuota, arrive, clock } = limiter();
    consumeQuota(198);
    expect([1, 2, 3].map(() => arrive(false).allowed)).toEqual([true, true, false]);
    clock.ms = 20_000;
    expect(arrive(false)).toEqual({ allowed: false, limit: 200, remaining: 0, reset: 40, retryAfter: 40 });
  });

  test('a time scale shortens the windows, but not the seconds in headers', () => {
    const { consumeQuota, arrive, clock } = limiter(60);
    consumeQuota(200);
    expect(arrive(false).retryAfter).toBe(60);
    clock.ms = 999;
    expect(arrive(false)).toMatchObject({ allowed: false, retryAfter: 1 });
    clock.ms = 1000;
    expect(arrive(false).allowed).toBe(true);
  });
});

describe('on the wire', () => {
  const limits = { perMinute: 2, perSecond: 10, reportsPerMinute: 30 };

  test('every answer shows the meter, a refused one Retry-After too', () => {
    const { clock, get } = mock({ limits });
    const first = get('/people').headers;
    expect(first).toMatchObject({
      'ratelimit-limit': '2',
      'ratelimit-remaining': '1',
      'ratelimit-reset': '60',
      'x-ratelimit-limit-minute': '2',
      'x-ratelimit-remaining-minute': '1',
    });
    expect(first).not.toHaveProperty('retry-after');
    clock.ms += 15_000;
    expect(get('/people', { authorization: 'Bearer wrong' }).headers['ratelimit-remaining']).toBe('0');
    expect(get('/people')).toMatchObject({ status: 429, headers: { 'ratelimit-reset': '45', 'retry-after': '45' } });
  });

  test('both can be left out', () => {
    const { get } = mock({ limits, rateLimitHeaders: false, retryAfter: false });
    const replies = [get('/people'), get('/people'), get('/people')];
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 429]);
    for (const { headers } of replies) expect(Object.keys(headers).join()).not.toMatch(/ratelimit|retry/);
  });

  test('without limits there is no meter', () => {
    const { get } = mock({ limits: null });
    const statuses = Array.from({ length: 500 }, () => get('/clients').status);
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(get('/clients').headers).not.toHaveProperty('ratelimit-limit');
  });
});
