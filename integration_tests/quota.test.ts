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

/** Statuses that tell of a wait: stream, since when and until when. */
const waits = (run: Run) =>
  run.statusMessages.flatMap(({ stream_descriptor, reasons = [], emitted_at: at }) =>
    reasons.map((reason) => ({ name: stream_descriptor.name, at, until: reason.rate_limited.quota_reset })),
  );

/** Three seconds of real time, of which a busy machine may take one to notice. */
const SPEED = 20;
const WAIT = 60;
const GRACE = 20;

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

  const told = waits(run);
  // On a busy machine, the connector reads the answer long after the server wrote it.
  const noticed = told[0]?.at ?? 0;
  // A date has no milliseconds.
  const over = (refusals(api)[0]?.at ?? 0) + (WAIT - 1) * SECOND;
  const times = api.requests.map(({ at }) => at);
  // What was under way with the refused request may still arrive.
  expect(times.filter((at) => at > noticed + GRACE * SECOND && at < over)).toEqual([]);
  expect(times.filter((at) => at >= over).length).toBeGreaterThan(2);

  // Every stream that was running says how long; the platform counts down to it.
  const names = new Set(told.map(({ name }) => name));
  expect(names).toContain('milestones');
  expect(names.size).toBeGreaterThan(1);
  expect(told.filter(({ until }) => until < over || until > noticed + (WAIT + 1) * SECOND)).toEqual([]);
};

test('a 429 stops the whole client for as long as the server says', atOnce(WAYS_TO_SAY_IT, expectSilence));

/** What a server may send instead of seconds with a 429, by a clock that differs from ours by `skewMs`. */
const OTHER_FORMS: {
  what: string;
  status: number;
  body?: string;
  headers: (at: (seconds: number) => Date) => object;
}[] = [
  {
    what: 'Retry-After as an epoch',
    status: 429,
    headers: (at) => ({ 'retry-after': Math.ceil(at(WAIT).getTime() / SECOND) }),
  },
  {
    what: 'Retry-After as a date of a clock an hour ahead',
    status: 429,
    headers: (at) => ({ date: at(3600).toUTCString(), 'retry-after': at(3600 + WAIT).toUTCString() }),
  },
  {
    what: 'Retry-After as an epoch of a clock an hour behind',
    status: 429,
    headers: (at) => ({
      date: at(-3600).toUTCString(),
      'retry-after': Math.ceil(at(WAIT - 3600).getTime() / SECOND),
    }),
  },
  {
    what: 'ratelimit-reset as an epoch',
    status: 429,
    headers: (at) => ({ 'ratelimit-reset': Math.ceil(at(WAIT).getTime() / SECOND) }),
  },
  {
    what: 'a negative Retry-After, and ratelimit-reset',
    status: 429,
    headers: () => ({ 'retry-after': -1, 'ratelimit-reset': WAIT }),
  },
  { what: '403 with Retry-After', status: 403, headers: () => ({ 'retry-after': WAIT }) },
  {
    what: '403 that names a rate limit',
    status: 403,
    body: '{"message":"Rate limit exceeded"}',
    headers: () => ({ 'ratelimit-reset': WAIT }),
  },
  {
    what: '503 with Retry-After as an epoch',
    status: 503,
    headers: (at) => ({ 'retry-after': Math.ceil(at(WAIT).getTime() / SECOND) }),
  },
];

test(
  'a wait is respected in every format, and the rows come',
  atOnce(OTHER_FORMS, async ({ status, body = '', headers }) => {
    const api = await startApi({ speed: SPEED });
    api.before('/roles', 1, () => {
      const now = api.company.now();
      const sent = Object.entries(headers((seconds) => new Date(now + seconds * SECOND)));
      const texts = Object.fromEntries(sent.map(([name, value]) => [name, String(value)]));
      api.script('/roles', { kind: 'answer', status, headers: texts, body });
    });
    const run = await api.read(['roles']);
    expect(run.errors).toEqual([]);
    expect(run.records('roles')).toHaveLength(api.company.rows('roles').length);
    const [first = 0, second = 0, ...more] = api.requestsTo('/roles').map(({ at }) => at);
    expect(more).toEqual([]);
    // A date has no milliseconds.
    expect(second - first).toBeGreaterThanOrEqual((WAIT - 1) * SECOND);
    expect(second - first).toBeLessThanOrEqual((WAIT + GRACE) * SECOND);
  }),
);

test('a 403 that names a rate limit is not a denial: of the Delete Log, a report or the account', async () => {
  const refusal: Fault = { kind: 'answer', status: 403, body: '{"message":"Rate limit exceeded"}' };
  const api = await startApi({ speed: SPEED });
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

test('a 429 without headers leads to a back-off; short waits are not reported', async () => {
  const api = await startApi({ speed: 40 });
  api.script('/roles', tooMany({ 'retry-after': 'soon' }), tooMany({ 'retry-after': '2' }));
  const run = await api.read(['roles']);
  expect(run.records('roles')).toHaveLength(api.company.rows('roles').length);
  const [first = 0, second = 0, third = 0] = api.requestsTo('/roles').map(({ at }) => at);
  expect(second - first).toBeGreaterThanOrEqual(SECOND);
  expect(third - second).toBeGreaterThanOrEqual(2 * SECOND);
  expect(waits(run)).toEqual([]);
});

const DAY = 86_400;

const LASTING = [
  { what: 'a quota that stays used up', headers: () => ({ 'retry-after': '20' }), requests: 11 },
  { what: 'a quota that comes back tomorrow', headers: () => ({ 'retry-after': `${DAY}` }), requests: 1 },
  {
    what: 'tomorrow as an epoch',
    headers: (now: number) => ({ 'retry-after': `${Math.ceil(now / SECOND) + DAY}` }),
    requests: 1,
  },
  { what: 'an epoch in the year 2286', headers: () => ({ 'retry-after': '9999999999' }), requests: 1 },
];

test(
  'a quota that does not reset in time fails the stream with transient_error',
  atOnce(LASTING, async ({ headers, requests }) => {
    const api = await startApi({ speed: 50 });
    const refusal = tooMany(headers(api.company.now()));
    api.script('*', ...Array.from({ length: 100 }, () => refusal));
    const run = await api.read(['roles']);
    const { failure_type, message } = run.failure('roles');
    expect(failure_type).toBe('transient_error');
    expect(message).toMatch(/429.*requests_per_minute/);
    // It says what was done, and no more.
    expect(/sent (\d+) times/.exec(message)?.[1]).toBe(requests === 1 ? undefined : `${requests}`);
    expect(message.includes('asks for a wait of')).toBe(requests === 1);
    expect(api.requests).toHaveLength(requests);
  }),
);

const atConcurrency = (...numbers: number[]) =>
  numbers.map((concurrency) => ({ what: `${concurrency} requests at once`, concurrency }));

test(
  'the client keeps the minute quota, so no response is 429',
  atOnce(atConcurrency(1, 4, 16), async ({ concurrency }) => {
    const perMinute = 9;
    const api = await startApi({
      speed: 30,
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
    expect(api.requests.length).toBeGreaterThan(2 * perMinute);
  }),
);

test('with default settings and all streams at once, a sync stays within the limits of Float', async () => {
  const api = await startApi({
    limits: { perMinute: 200, perSecond: 10, reportsPerMinute: 30 },
    rateLimitHeaders: false,
    latencyMs: 300,
    speed: 10,
  });
  const { requests_per_minute: _, requests_per_second: __, ...config } = api.config;
  const run = await api.read(STREAM_NAMES, {
    config: { ...config, requests_per_minute: null, requests_per_second: null, concurrency: 16 },
  });
  expectWhole(run, api);
  expect(refusals(api)).toEqual([]);
});

test(
  'the usage of other programs is respected if headers show it',
  atOnce(atConcurrency(1, 16), async ({ concurrency }) => {
    const perMinute = 12;
    const api = await startApi({
      speed: 30,
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

test('without headers about other programs, refused requests are retried', async () => {
  const perMinute = 12;
  const api = await startApi({
    speed: 30,
    limits: { perMinute, perSecond: 1_000_000, reportsPerMinute: 30 },
    rateLimitHeaders: false,
    retryAfter: false,
  });
  api.before('/roles', 1, () => api.consumeQuota(8));
  const run = await api.read(STREAM_NAMES, { config: { concurrency: 4, requests_per_minute: perMinute } });
  expectWhole(run, api);
  expect(refusals(api).length).toBeGreaterThan(0);
});
