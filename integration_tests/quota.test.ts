import { expect, test } from '@jest/globals';
import type { Fault } from '../mock-api/faults.ts';
import { type Api, startApi } from './support/api.ts';
import type { Run } from './support/run.ts';
import { expected, keysOf, STREAM_NAMES } from './support/streams.ts';

const SECOND = 1000;
/** A minute takes one second. */
const SPEED = 60;
const SMALL = { people: 8, weeks: 1 };

const refused = (api: Api) => api.requests.filter(({ status }) => status === 429);

/** A small company whose quota is so small that a sync needs several minutes. */
const startLimited = (perMinute: number, more: Parameters<typeof startApi>[0] = {}) =>
  startApi({
    speed: SPEED,
    latencyMs: 300,
    limits: { perMinute, perSecond: 1_000_000, reportsPerMinute: 30 },
    company: SMALL,
    ...more,
  });

/** Every row of every stream arrived once. */
function expectWhole(run: Run, api: Api): void {
  expect(run.code).toBe(0);
  for (const name of STREAM_NAMES) {
    const keys = run.records(name).map((record) => record[expected(name).key]);
    expect({ name, keys }).toEqual({ name, keys: keysOf(api, name) });
  }
}

test('a 429 pauses all requests until the time that the server names, and the streams report it', async () => {
  const api = await startApi({ speed: SPEED, company: { counts: { tasks: 450, 'logged-time': 450 } } });
  api.script('/milestones', { kind: 'answer', status: 429, headers: { 'retry-after': '60' } });
  const run = await api.read(STREAM_NAMES);
  expectWhole(run, api);
  const until = (refused(api)[0]?.at ?? 0) + 60 * SECOND;

  const waits = run.statusMessages.flatMap(({ stream_descriptor: { name }, reasons = [], emitted_at }) =>
    reasons.map((reason) => ({ name, emitted_at, until: reason.rate_limited.quota_reset })),
  );
  expect(waits.map(({ name }) => name)).toContain('milestones');
  // The platform counts down to this time.
  for (const wait of waits) expect(wait.until).toBeGreaterThanOrEqual(until);
  // Only requests that were already in flight arrive during the wait.
  const pausedAt = waits[0]?.emitted_at ?? 0;
  const meanwhile = api.requests.filter(({ at }) => at > pausedAt && at < until);
  expect(meanwhile.length).toBeLessThan(Number(api.config.concurrency));
  expect(api.requests.filter(({ at }) => at >= until).length).toBeGreaterThan(2);
});

test('a 403 that names a rate limit is retried: it denies no Delete Log, report, stream or account', async () => {
  const refusal: Fault = { kind: 'answer', status: 403, body: '{"message":"Rate limit exceeded"}' };
  // A check waits 10 seconds for a response: on a faster clock, a busy machine would take longer.
  const api = await startApi({ speed: 20, company: SMALL });
  api.script('/deleted/tasks', refusal);
  api.script('/reports/people', { kind: 'none' }, refusal);
  const modified = new Date(api.company.now() - 3600 * SECOND).toISOString();
  const descriptor = { stream_descriptor: { name: 'tasks' }, stream_state: { modified, deletions: modified } };
  const state = [{ type: 'STREAM', stream: descriptor }];
  const run = await api.read(['tasks', 'reports_people'], { mode: 'incremental', state });
  expect(run.code).toBe(0);
  expect(api.requestsTo('/deleted/tasks')).toHaveLength(2);
  expect(api.requestsTo('/reports/people')).toHaveLength(17);
  expect(run.logs('WARN', 'ERROR')).toEqual([]);

  api.script('/departments', refusal, refusal, refusal);
  const { message = '' } = (await api.check()).connectionStatus;
  expect(message).toMatch(/quota is used up \(403\).*sent 3 times.*requests_per_minute.*Rate limit exceeded$/);
  api.script('/rate-cards', refusal);
  expect((await api.discover()).only('CATALOG').catalog.streams.map(({ name }) => name)).toContain('rate_cards');
});

test('requests_per_minute is never exceeded, so no response is 429', async () => {
  const perMinute = 15;
  const api = await startLimited(perMinute, { rateLimitHeaders: false });
  const run = await api.read(STREAM_NAMES, { config: { requests_per_minute: perMinute } });
  expectWhole(run, api);
  expect(refused(api)).toEqual([]);
  expect(api.requests.length).toBeGreaterThan(perMinute);
});

test('with default settings and 16 requests at a time, a sync stays within the limits of Float', async () => {
  const api = await startApi({
    limits: { perMinute: 200, perSecond: 10, reportsPerMinute: 30 },
    rateLimitHeaders: false,
    latencyMs: 300,
    speed: 10,
    company: SMALL,
  });
  const config = { requests_per_minute: null, requests_per_second: null, concurrency: 16 };
  const run = await api.read(STREAM_NAMES, { config });
  expectWhole(run, api);
  expect(refused(api)).toEqual([]);
});

test('the quota that other programs use, which headers show, is left to them', async () => {
  const perMinute = 20;
  const api = await startLimited(perMinute);
  api.consumeQuota(6);
  api.before('/roles', 1, () => api.consumeQuota(2));
  const run = await api.read(STREAM_NAMES, { config: { requests_per_minute: perMinute } });
  expectWhole(run, api);
  // Requests in flight cannot be called back when the other program sends its own.
  expect(refused(api).length).toBeLessThan(Number(api.config.concurrency));
});
