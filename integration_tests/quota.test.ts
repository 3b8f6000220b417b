import { expect, test } from '@jest/globals';
import type { Fault } from '../mock-api/faults.ts';
import { type Api, startApi } from './support/api.ts';
import { atOnce } from './support/at-once.ts';
import type { Run } from './support/run.ts';
import { expected, STREAM_NAMES } from './support/streams.ts';

const SECOND = 1000;

const tooMany = (headers: Record<string, string>): Fault => ({
  kind: 'answer',
  status: 429,
  headers,
  body: '{"message":"API rate limit exceeded"}',
});

const refusals = (api: Api) =>
  api.requests.filter(({ status }) => status === 429).map(({ path, at }) => ({ path, at }));

/** Every row of every stream arrived once. */
function expectWhole(run: Run, api: Api): void {
  for (const name of STREAM_NAMES) {
    const { endpoint, key } = expected(name);
    const keys = api.company.rows(endpoint).map((row) => row[key]);
    expect({ name, keys: run.records(name).map((record) => record[key]) }).toEqual({ name, keys });
  }
}

/** Statuses that tell of a wait: stream, and until when. */
const waits = (run: Run) =>
  run.statusMessages.flatMap(({ stream_descriptor, reasons = [] }) =>
    reasons.map((reason) => ({ name: stream_descriptor.name, until: reason.rate_limited.quota_reset })),
  );

/** A second and a half of real time, of which a busy machine may take a third to notice. */
const SPEED = 80;
const WAIT = 120;
const GRACE = 40;

const WAYS_TO_SAY_IT = [
  {
    what: 'Retry-After in seconds, before ratelimit-reset',
    headers: () => ({ 'retry-after': `${WAIT}`, 'ratelimit-reset': '3' }),
  },
  {
    what: 'Retry-After as a date',
    headers: (now: number) => ({ 'retry-after': new Date(now + WAIT * SECOND).toUTCString() }),
  },
  { what: 'ratelimit-reset', headers: () => ({ 'ratelimit-reset': `${WAIT}` }) },
];

const expectSilence = async ({ headers }: (typeof WAYS_TO_SAY_IT)[number]): Promise<void> => {
  const api = await startApi({ speed: SPEED, company: { counts: { tasks: 450, 'logged-time': 450 } } });
  api.before('/milestones', 1, () => api.script('/milestones', tooMany(headers(api.company.now()))));
  const run = await api.read(STREAM_NAMES, { config: { concurrency: 4 } });
  expect(run.code).toBe(0);
  expectWhole(run, api);

  const refused = refusals(api)[0]?.at ?? 0;
  // A date has no milliseconds.
  const over = refused + (WAIT - 1) * SECOND;
  const times = api.requests.map(({ at }) => at);
  // What was under way with the refused request may still arrive.
  expect(times.filter((at) => at > refused + GRACE * SECOND && at < over)).toEqual([]);
  expect(times.filter((at) => at >= over).length).toBeGreaterThan(2);

  // Every stream that was running says how long; the platform counts down to it.
  const told = waits(run);
  const names = new Set(told.map(({ name }) => name));
  expect(names).toContain('milestones');
  expect(names.size).toBeGreaterThan(1);
  expect(told.filter(({ until }) => until < over || until > over + GRACE * SECOND)).toEqual([]);
};

test('a 429 stops the whole client for as long as the server says', atOnce(WAYS_TO_SAY_IT, expectSilence));

test('a 429 that says nothing is backed off from; short waits are not worth a message', async () => {
  const api = await startApi({ speed: 40 });
  api.script('/roles', tooMany({ 'retry-after': 'soon' }), tooMany({ 'retry-after': '2' }));
  const run = await api.read(['roles']);
  expect(run.records('roles')).toHaveLength(api.company.rows('roles').length);
  const [first = 0, second = 0, third = 0] = api.requestsTo('/roles').map(({ at }) => at);
  expect(second - first).toBeGreaterThanOrEqual(SECOND);
  expect(third - second).toBeGreaterThanOrEqual(2 * SECOND);
  expect(waits(run)).toEqual([]);
});

const LASTING = [
  { what: 'a quota that stays used up', headers: { 'retry-after': '20' }, atMost: 30 },
  { what: 'a quota that comes back tomorrow', headers: { 'retry-after': '86400' }, atMost: 1 },
];

test(
  'a quota that does not come back in time ends the stream as transient_error',
  atOnce(LASTING, async ({ headers, atMost }) => {
    const api = await startApi({ speed: 400 });
    api.script('*', ...Array.from({ length: 100 }, () => tooMany(headers)));
    const run = await api.read(['roles']);
    expect(run.failure('roles')).toMatchObject({
      failure_type: 'transient_error',
      message: expect.stringMatching(/429.*requests_per_minute/),
    });
    expect(api.requests.length).toBeLessThanOrEqual(atMost);
  }),
);

const atConcurrency = (...numbers: number[]) =>
  numbers.map((concurrency) => ({ what: `${concurrency} requests at once`, concurrency }));

test(
  'with the quota of a minute kept by the client, no answer is 429',
  atOnce(atConcurrency(1, 4, 16), async ({ concurrency }) => {
    const perMinute = 9;
    const api = await startApi({
      speed: 100,
      latencyMs: 300,
      limits: { perMinute, perSecond: 1_000_000, reportsPerMinute: 30 },
      rateLimitHeaders: false,
      company: { counts: { people: 450, tasks: 450, 'logged-time': 450 } },
    });
    const run = await api.read(STREAM_NAMES, { config: { concurrency, requests_per_minute: perMinute } });
    expectWhole(run, api);
    expect(refusals(api)).toEqual([]);
    // Three windows of nine requests; how fast they are used is for a bench to say.
    expect(api.requests.length).toBeLessThanOrEqual(3 * perMinute);
    expect(waits(run).length).toBeGreaterThan(0);
  }),
);

test('with its default settings and all streams at once, a sync keeps to what Float allows', async () => {
  const api = await startApi({
    limits: { perMinute: 200, perSecond: 10, reportsPerMinute: 30 },
    rateLimitHeaders: false,
    latencyMs: 30,
  });
  const { requests_per_minute: _, requests_per_second: __, ...config } = api.config;
  const run = await api.read(STREAM_NAMES, {
    config: { ...config, requests_per_minute: null, requests_per_second: null, concurrency: 16 },
  });
  expectWhole(run, api);
  expect(refusals(api)).toEqual([]);
  const times = api.requests.map(({ at }) => at);
  expect(Math.max(...times) - Math.min(...times)).toBeLessThan(4 * SECOND);
});

test(
  'what other programs use up is left to them where headers tell',
  atOnce(atConcurrency(1, 16), async ({ concurrency }) => {
    const perMinute = 12;
    const api = await startApi({
      speed: 100,
      latencyMs: 300,
      limits: { perMinute, perSecond: 1_000_000, reportsPerMinute: 30 },
    });
    // While the sync runs, another program of the company takes its share.
    api.consumeQuota(4);
    api.before('/roles', 1, () => api.consumeQuota(2));
    const run = await api.read(STREAM_NAMES, { config: { concurrency, requests_per_minute: perMinute } });
    expectWhole(run, api);
    // What is under way when the other program asks cannot be called back.
    expect(refusals(api).length).toBeLessThan(concurrency);
  }),
);

test('where no header tells of other programs, the refused requests are sent again', async () => {
  const perMinute = 12;
  const api = await startApi({
    speed: 100,
    limits: { perMinute, perSecond: 1_000_000, reportsPerMinute: 30 },
    rateLimitHeaders: false,
    retryAfter: false,
  });
  api.before('/roles', 1, () => api.consumeQuota(8));
  const run = await api.read(STREAM_NAMES, { config: { concurrency: 4, requests_per_minute: perMinute } });
  expectWhole(run, api);
  expect(refusals(api).length).toBeGreaterThan(0);
});
