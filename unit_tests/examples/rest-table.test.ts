import { expect, test } from '@jest/globals';
import { formatDatetime } from '../../examples/rest-table/datetime.ts';
import { restTableSource } from '../../examples/rest-table/source.ts';
import { TABLE } from '../../examples/rest-table/table.ts';
import { createCompany } from '../../mock-api/company.ts';
import { createSession } from '../../mock-api/session.ts';
import type { AirbyteStream, JsonObject } from '../../src/cdk/index.ts';
import {
  checkRun,
  configureAll,
  describeViolation,
  fakeTransport,
  InstantClock,
  lastStates,
  runSource,
  type SourceRun,
  type VerbInput,
} from '../../src/cdk/testing/index.ts';
import { createFloatSource } from '../../src/float/source.ts';

const NOW = Date.UTC(2026, 5, 1, 12);
const DAY_MS = 24 * 3_600_000;
const TOKEN = 'token-of-a-test';
const BASE_URL = 'https://api.test/v3';
const NAMES = TABLE.resources.map(({ name }) => name);

/** The mock of the neutral contract without sockets, and both sources on it. */
function startApi() {
  const company = createCompany({ now: () => NOW - DAY_MS });
  const session = createSession(company, { now: () => NOW, token: TOKEN, dialect: 'neutral', limits: null });
  const transport = fakeTransport(({ pathname, searchParams }, headers) => {
    const lowerCase = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
    return session.answer({ method: 'GET', path: pathname, query: searchParams, headers: lowerCase }).response;
  });
  const resources = TABLE.resources.map((resource) => {
    // The window that source-float requests.
    const params = { start_date: '2026-01-01', end_date: '2027-12-31' };
    const { name, endpoint } = resource;
    return name === 'public_holidays' ? { ...resource, endpoint: { ...endpoint, params } } : resource;
  });
  const example = restTableSource({ ...TABLE, client: { ...TABLE.client, base_url: BASE_URL }, resources }, transport);
  const clock = new InstantClock(NOW);
  return {
    session,
    company,
    /** Runs the example. Every platform must accept the run, and the token must not be in it. */
    async run(input: VerbInput, config: JsonObject = {}): Promise<SourceRun> {
      const given = input.verb === 'spec' ? {} : { config: { token: TOKEN, ...config } };
      const run = await runSource(example, { ...given, clock, ...input });
      expect(checkRun(run).map(describeViolation)).toEqual([]);
      expect(run.stdout).not.toContain(TOKEN);
      return run;
    },
    runFloat: (input: VerbInput) =>
      runSource(createFloatSource(transport), { config: { api_token: TOKEN, base_url: BASE_URL }, clock, ...input }),
  };
}

const streamsOf = ({ messages }: SourceRun): AirbyteStream[] =>
  messages.flatMap((message) => (message.type === 'CATALOG' ? message.catalog.streams : []));

const recordsOf = ({ messages }: SourceRun, stream: string): JsonObject[] =>
  messages.flatMap((message) =>
    message.type === 'RECORD' && message.record.stream === stream ? [message.record.data] : [],
  );

test('it emits the same rows as source-float, stream by stream, with all fields of the API', async () => {
  const api = startApi();
  const readAll = async (run: (input: VerbInput) => Promise<SourceRun>) => {
    const offered = streamsOf(await run({ verb: 'discover' })).filter(({ name }) => NAMES.includes(name));
    return run({ verb: 'read', catalog: configureAll(offered, 'full_refresh') });
  };
  const [example, float] = [await readAll(api.run), await readAll(api.runFloat)];
  expect(NAMES).toHaveLength(16);
  expect(example.code).toBe(0);
  for (const { name, endpoint } of TABLE.resources) {
    const rows = recordsOf(example, name);
    expect([name, rows.length > 0, keysOf(rows)]).toEqual([name, true, keysOf(recordsOf(float, name))]);
    // A field has a column, or it is in the additional fields.
    const fields = rows.flatMap(({ additional_fields, ...row }) => [row, additional_fields ?? {}]).flatMap(Object.keys);
    expect([name, fields]).toEqual([name, expect.arrayContaining(fieldsSent(api, endpoint.path))]);
  }
});

const keysOf = (rows: readonly JsonObject[]): string[] =>
  rows.map(({ id, region, additional_fields }) => JSON.stringify([id, region ?? regionIn(additional_fields)])).sort();

const regionIn = (additional: unknown): unknown => (additional as JsonObject | null | undefined)?.region ?? null;

/** Names of the fields that are not null in the first row of a list. */
function fieldsSent({ session }: ReturnType<typeof startApi>, path: string): string[] {
  const query = new URLSearchParams({ page: '1', 'per-page': '1' });
  const headers = { authorization: `Bearer ${TOKEN}`, 'user-agent': 'a test' };
  const { response } = session.answer({ method: 'GET', path: `/v3/${path}`, query, headers });
  const [row = {}] = JSON.parse(response.body).data as JsonObject[];
  return Object.entries(row).flatMap(([field, value]) => (value === null ? [] : field));
}

test('the second sync of logged_time requests only changes', async () => {
  const api = startApi();
  const streams = streamsOf(await api.run({ verb: 'discover' })).filter(({ name }) => name === 'logged_time');
  const catalog = configureAll(streams, 'incremental');
  const first = await api.run({ verb: 'read', catalog });
  expect(api.session.requests.at(-1)?.query.modified_since).toBe('2012-01-01T00:00:00Z');
  expect(recordsOf(first, 'logged_time').length).toBeGreaterThan(100);

  api.company.update('logged-time', String(recordsOf(first, 'logged_time')[7]?.id), { hours: 1.25 });
  const second = await api.run({ verb: 'read', catalog, state: lastStates(first) });
  const rows = recordsOf(second, 'logged_time');
  expect(rows.length).toBeLessThan(10);
  expect(rows.filter(({ hours }) => hours === 1.25)).toHaveLength(1);
  expect(api.session.requests.at(-1)?.query.modified_since).toMatch(/^2026-05-31T\d\d:\d\d:\d\dZ$/);
});

test('spec and check work, and a wrong token or an invalid config fails the check with a clear message', async () => {
  const api = startApi();
  expect((await api.run({ verb: 'spec' })).messages).toMatchObject([{ type: 'SPEC' }]);
  const statusOf = async (config: JsonObject) => {
    const { messages } = await api.run({ verb: 'check' }, config);
    return messages.find((message) => message.type === 'CONNECTION_STATUS')?.connectionStatus;
  };
  expect(await statusOf({})).toEqual({ status: 'SUCCEEDED' });
  expect(await statusOf({ token: 'a-stranger' })).toMatchObject({
    status: 'FAILED',
    message: expect.stringContaining('Check token in the config.'),
  });
  expect(await statusOf({ token: null, base_url: 'http://api.test' })).toMatchObject({
    status: 'FAILED',
    message: expect.stringMatching(/token: is required\. base_url: must begin with https/),
  });
});

test('an unknown directive of a datetime_format is an error', () => {
  expect(formatDatetime('2026-01-02T03:04:05Z', '%d.%m.%Y %H:%M:%S')).toBe('02.01.2026 03:04:05');
  expect(() => formatDatetime('2026-01-02T03:04:05Z', '%q')).toThrow('datetime_format has the unknown directive %q');
});
