import { afterEach, expect } from '@jest/globals';
import { type CompanyOptions, createCompany } from '../../mock-api/company.ts';
import { type MockApi, type MockOptions, startMockApi } from '../../mock-api/server.ts';
import type { JsonObject } from '../../src/cdk/index.ts';
import { check, discover, type Expectations, read } from './connector.ts';
import type { Config } from './inputs.ts';
import type { Run } from './run.ts';

export interface ApiOptions extends Omit<MockOptions, 'company'> {
  company?: CompanyOptions;
  /** How many times as fast as the real clock the connector's and the mock's clocks run. */
  speed?: number;
}

export interface ApiRead {
  mode?: string;
  /** Another one than that of the streams and the mode. */
  catalog?: JsonObject;
  state?: unknown;
  config?: JsonObject;
}

/** A mock of the Float API, and the connector pointed at it. */
export interface Api extends MockApi {
  readonly config: Config;
  check(config?: JsonObject, expectations?: Expectations): Promise<Run>;
  discover(config?: JsonObject): Promise<Run>;
  read(streams: readonly string[], input?: ApiRead, expectations?: Expectations): Promise<Run>;
  /** Requests to that path of the API. */
  requestsTo(path: string): MockApi['requests'];
}

/** Its characters are written differently in a URL, but not in JSON. */
export const TOKEN = 'flt/Tok+en=47%&11';

/** For tests that are not about the quota. */
const NO_QUOTA = { requests_per_minute: 1_000_000, requests_per_second: 1_000_000 };

/** Every test must pass with any concurrency. `npm run test:concurrency` uses the smallest and the largest one. */
const concurrency = Number(process.env.CONCURRENCY ?? 4);

const DAY = 24 * 3600 * 1000;

const running = new Set<Api>();

/** Starts a mock API for one test. The test fails if the mock gets a request that a correct client would not send. */
export async function startApi(options: ApiOptions = {}): Promise<Api> {
  const { speed, latencyMs = 0, company, ...rest } = options;
  const clock = speed === undefined ? undefined : { speed, start: Date.now(), since: Date.now() };
  // The mock's quota and headers use the fast clock. Only the latency is real time.
  const fast = clock === undefined ? Date.now : () => clock.start + (Date.now() - clock.since) * clock.speed;
  const now = options.now ?? fast;
  const mock = await startMockApi({
    token: TOKEN,
    limits: null,
    latencyMs: latencyMs / (speed ?? 1),
    ...rest,
    now,
    // The last change was a day ago, so the connector does not expect the lists to change while it reads them.
    company: createCompany({ now: () => now() - DAY, ...company }),
  });
  const config: Config = { api_token: mock.token, base_url: mock.url, ...NO_QUOTA, concurrency };
  const surroundings: Expectations = clock === undefined ? {} : { clock };
  const api: Api = {
    ...mock,
    config,
    check: (extra, more) => check({ ...config, ...extra }, { ...surroundings, ...more }),
    discover: (extra) => discover({ ...config, ...extra }, surroundings),
    read: (streams, { config: extra, ...input } = {}, more) =>
      read({ config: { ...config, ...extra }, streams, ...input }, { ...surroundings, ...more }),
    requestsTo: (path) => mock.requests.filter((request) => request.path === path),
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
