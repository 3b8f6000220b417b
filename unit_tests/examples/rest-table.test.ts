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

/** The mock of the neutral contract without sockets, and both sources on it. */
function startApi() {
  const company = createCompany({ now: () => NOW - DAY_MS });
  const session = createSession(company, { now: () => NOW, token: TOKEN, dialect: 'neutral', limits: null });
  const transport = fakeTransport(({ pathname, searchParams }, headers) => {
    const lowerCase = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
    return session.answer({ method: 'GET', path: pathname, query: searchParams, headers: lowerCase }).response;
  });
  const resources = TABLE.resources.map((resource) => {
    // The window that source-float asks for.
    const params = { start_date: '2026-01-01', end_date: '2027-12-31' };
    const { name, endpoint } = resource;
    return name === 'public_holidays' ? { ...resource, endpoint: { ...endpoint, params } } : resource;
  });
  const table = { ...TABLE, client: { ...TABLE.client, base_url: BASE_URL }, resources };
  const example = restTableSource(table, transport);
  return {
    session,
    company,
    run: (input: Omit<VerbInput, 'clock'>, config: JsonObject = {}) =>
      runLawfully(() =>
        runSource(example, {
          ...(input.verb === 'spec' ? {} : { config: { token: TOKEN, ...config } }),
          clock: new InstantClock(NOW),
          ...input,
        }),
      ),
    runFloat: (input: Omit<VerbInput, 'clock'>) =>
      runSource(createFloatSource(transport), {
        config: { api_token: TOKEN, base_url: BASE_URL },
        clock: new InstantClock(NOW),
        ...input,
      }),
  };
}

/** A run that every platform accepts. */
async function runLawfully(run: () => Promise<SourceRun>): Promise<SourceRun> {
  const result = await run();
  expect(checkRun(result).map(describeViolation)).toEqual([]);
  expect(result.stdout).not.toContain(TOKEN);
  return result;
}

const streamsOf = ({ messages }: SourceRun): AirbyteStream[] =>
  messages.flatMap((message) => (message.type === 'CATALOG' ? message.catalog.streams : []));

const recordsOf = ({ messages }: SourceRun, stream: string): JsonObject[] =>
  messages.flatMap((message) =>
    message.type === 'RECORD' && message.record.stream === stream ? [message.record.data] : [],
  );

const errorsOf = ({ messages }: SourceRun): string[] =>
  messages.flatMap((message) =>
    message.type === 'TRACE' && message.trace.type === 'ERROR' ? [message.trace.error.message] : [],
  );

/** Every stream of the example, in full. */
async function readAll(api: ReturnType<typeof startApi>): Promise<SourceRun> {
  const streams = streamsOf(await api.run({ verb: 'discover' }));
  return api.run({ verb: 'read', catalog: configureAll(streams, 'full_refresh') });
}

const onlyLoggedTime = async (api: ReturnType<typeof startApi>) => {
  const streams = streamsOf(await api.run({ verb: 'discover' })).filter(({ name }) => name === 'logged_time');
  return configureAll(streams, 'incremental');
};

test('it emits the same rows as source-float, stream by stream, with all fields of the API', async () => {
  const api = startApi();
  const example = await readAll(api);
  expect(errorsOf(example)).toEqual([]);
  const names = TABLE.resources.map(({ name }) => name);
  expect(names).toHaveLength(16);
  const offered = streamsOf(await api.runFloat({ verb: 'discover', config: { api_token: TOKEN, base_url: BASE_URL } }));
  const catalog = configureAll(
    offered.filter(({ name }) => names.includes(name)),
    'full_refresh',
  );
  const reference = await api.runFloat({ verb: 'read', catalog });
  for (const name of names) {
    const expected = recordsOf(reference, name);
    const rows = recordsOf(example, name);
    expect([name, rows.length > 0, keysOf(rows)]).toEqual([name, true, keysOf(expected)]);
    expect([name, namesIn(rows)]).toEqual([name, expect.arrayContaining(namesSentByList(api, name))]);
  }
});

const keysOf = (rows: readonly JsonObject[]): string[] =>
  rows.map(({ id, region, additional_fields }) => JSON.stringify([id, region ?? regionIn(additional_fields)])).sort();

const regionIn = (additional: unknown): unknown => (additional as JsonObject | null | undefined)?.region ?? null;

/** Names of all fields, with a column or not. */
const namesIn = (rows: readonly JsonObject[]): string[] => [
  ...new Set(
    rows.flatMap(({ additional_fields, ...row }) => [...Object.keys(row), ...Object.keys(additional_fields ?? {})]),
  ),
];

/** Names of the fields that are not null in an answer of the API. */
function namesSentByList({ session }: ReturnType<typeof startApi>, name: string): string[] {
  const path = TABLE.resources.find((resource) => resource.name === name)?.endpoint.path;
  const query = new URLSearchParams({ page: '1', 'per-page': '1' });
  const headers = { authorization: `Bearer ${TOKEN}`, 'user-agent': 'a test' };
  const { response } = session.answer({ method: 'GET', path: `/v3/${path}`, query, headers });
  const [row = {}] = JSON.parse(response.body).data as JsonObject[];
  return Object.entries(row).flatMap(([field, value]) => (value === null ? [] : field));
}

test('logged_time is read by its changes', async () => {
  const api = startApi();
  const catalog = await onlyLoggedTime(api);
  const first = await api.run({ verb: 'read', catalog });
  expect(api.session.requests.at(-1)?.query.modified_since).toBe('2012-01-01T00:00:00Z');
  expect(recordsOf(first, 'logged_time').length).toBeGreaterThan(100);

  const changed = api.company.update('logged-time', String(recordsOf(first, 'logged_time')[7]?.id), { hours: 1.25 });
  expect(changed).toBeDefined();
  const second = await api.run({ verb: 'read', catalog, state: lastStates(first) });
  const rows = recordsOf(second, 'logged_time');
  expect(rows.length).toBeLessThan(10);
  expect(rows.filter(({ hours }) => hours === 1.25)).toHaveLength(1);
  expect(api.session.requests.at(-1)?.query.modified_since).toMatch(/^2026-05-31T\d\d:\d\d:\d\dZ$/);
});

test('spec and check answer, and an invalid config is refused with a clear message', async () => {
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
