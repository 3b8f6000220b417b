import { afterEach, expect } from '@jest/globals';
import { type CompanyOptions, createCompany } from '../../mock-api/company.ts';
import { type MockApi, type MockOptions, startMockApi } from '../../mock-api/server.ts';
import type { JsonObject } from '../../src/cdk/index.ts';
import { check, discover, type Expectations, read } from './connector.ts';
import type { Config, Mode } from './inputs.ts';
import type { FastClock } from './process.ts';
import type { Run } from './run.ts';

export interface ApiOptions extends Omit<MockOptions, 'company'> {
  company?: CompanyOptions;
  /** The connector's clock and the mock's run so many times as fast as the real one. */
  speed?: number;
}

export interface ApiRead {
  mode?: Mode | string;
  state?: unknown;
  config?: JsonObject;
}

/** A mock of the Float API, and the connector pointed at it. */
export interface Api extends MockApi {
  readonly config: Config;
  readonly clock: FastClock | undefined;
  check(config?: JsonObject, expectations?: Expectations): Promise<Run>;
  discover(config?: JsonObject): Promise<Run>;
  read(streams: readonly string[], input?: ApiRead, expectations?: Expectations): Promise<Run>;
  /** Requests to that path of the API. */
  requestsTo(path: string): MockApi['requests'];
  /** What the mock thinks no careful client would ask. What is taken here was expected by the test. */
  takeUnexpected(): string[];
}

/** With characters that look different in a URL and that JSON leaves as they are. */
export const TOKEN = 'flt/Tok+en=47%&11';

/** Where the quota is not the matter, it does not slow a test down. */
const NO_QUOTA = { requests_per_minute: 1_000_000, requests_per_second: 1_000_000 };

/** Whatever a test is about, it holds at any concurrency: `npm run test:concurrency` shows it for the least and the most. */
const concurrency = Number(process.env.CONCURRENCY ?? 4);

const DAY = 24 * 3600 * 1000;

const running = new Set<Api>();

/** Starts a mock that is closed after the test, which fails where the mock was asked something odd. */
export async function startApi(options: ApiOptions = {}): Promise<Api> {
  const { speed, latencyMs = 0, company, ...rest } = options;
  const clock = speed === undefined ? undefined : { speed, start: Date.now(), since: Date.now() };
  // The mock's windows and headers are kept in the fast clock's time; only latency is waited for in real time.
  const fast = clock === undefined ? Date.now : () => clock.start + (Date.now() - clock.since) * clock.speed;
  const now = options.now ?? fast;
  const mock = await startMockApi({
    token: TOKEN,
    limits: null,
    // Compression costs more time than most tests; ours of bodies have it.
    gzip: false,
    latencyMs: latencyMs / (speed ?? 1),
    ...rest,
    now,
    // Nobody has changed anything for a day: to a connector that looks out for movement, its lists stand still.
    company: createCompany({ now: () => now() - DAY, ...company }),
  });
  const config: Config = { api_token: mock.token, base_url: mock.url, ...NO_QUOTA, concurrency };
  const surroundings: Expectations = clock === undefined ? {} : { clock };
  const api: Api = {
    ...mock,
    config,
    clock,
    check: (extra, more) => check({ ...config, ...extra }, { ...surroundings, ...more }),
    discover: (extra) => discover({ ...config, ...extra }, surroundings),
    read: (streams, { config: extra, ...input } = {}, more) =>
      read({ config: { ...config, ...extra }, streams, ...input }, { ...surroundings, ...more }),
    requestsTo: (path) => mock.requests.filter((request) => request.path === path),
    takeUnexpected: () => mock.unexpected.splice(0),
  };
  running.add(api);
  return api;
}

afterEach(async () => {
  const apis = [...running];
  running.clear();
  await Promise.all(apis.map((api) => api.close()));
  expect(apis.flatMap((api) => api.unexpected)).toEqual([]);
});
