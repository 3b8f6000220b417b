import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createRawServer } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Fault } from '../mock-api/faults.ts';
import type { JsonObject } from '../src/cdk/index.ts';
import { startApi, TOKEN } from './support/api.ts';
import { check } from './support/connector.ts';
import { type ProcessOptions, quickly } from './support/process.ts';
import { CERTIFICATE, startRelay } from './support/relay.ts';

const withNames = (names: Record<string, string>, env: Record<string, string> = {}): ProcessOptions => ({
  env: {
    NODE_OPTIONS: `--import=${new URL('support/names.mjs', import.meta.url)}`,
    NAMES: JSON.stringify(names),
    ...env,
  },
});

async function failed(config: JsonObject, options: ProcessOptions = {}): Promise<string> {
  const { status, message = '' } = (await check(config, options)).connectionStatus;
  expect({ status, message }).toMatchObject({ status: 'FAILED' });
  return message;
}

const closing: (() => void)[] = [];

afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** An HTTP server that is no Float; its URL. */
async function startOther(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(
    () => server.closeAllConnections(),
    () => server.close(),
  );
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test.each([
  { dialect: 'float', departments: 6 },
  { dialect: 'neutral', departments: 6 },
  { dialect: 'float', departments: 0 },
] as const)(
  'a good config succeeds with one cheap request ($dialect, $departments)',
  async ({ dialect, departments }) => {
    const api = await startApi({ dialect, company: { counts: { departments } } });
    const run = await api.check();
    expect(run.connectionStatus).toEqual({ status: 'SUCCEEDED' });
    expect(run.messages).toHaveLength(1);
    expect(api.requests.map(({ path, query }) => ({ path, query }))).toEqual([
      { path: '/departments', query: { page: '1', 'per-page': '1' } },
    ]);
  },
);

describe('a config that is not valid', () => {
  test.each<{ config: JsonObject; fields: string[] }>([
    { config: {}, fields: ['api_token'] },
    {
      config: {
        api_token: '',
        start_date: 'last week',
        base_url: 'ftp://api.float.com/v3',
        requests_per_minute: 0,
        requests_per_second: 1.5,
        concurrency: 17,
        contact_email: 'nobody',
      },
      fields: [
        'api_token',
        'start_date',
        'base_url',
        'requests_per_minute',
        'requests_per_second',
        'concurrency',
        'contact_email',
      ],
    },
    {
      config: {
        api_token: 'two words',
        start_date: '2026-02-30',
        base_url: 'http://api.float.com/v3',
        requests_per_minute: 'many',
        concurrency: 0,
        contact_email: 7,
      },
      fields: ['api_token', 'start_date', 'base_url', 'requests_per_minute', 'concurrency', 'contact_email'],
    },
    {
      config: {
        api_token: 12345678,
        start_date: '2026-01-01T00:00:00+01:00',
        base_url: 'https://me:secret@api.float.com/v3',
      },
      fields: ['api_token', 'start_date', 'base_url'],
    },
    { config: { api_token: TOKEN, base_url: `https://api.float.com/v3?key=${TOKEN}` }, fields: ['base_url'] },
    { config: { api_token: TOKEN, base_url: 'https://api.float.com/v3#top' }, fields: ['base_url'] },
    { config: { api_token: TOKEN, base_url: 'https://' }, fields: ['base_url'] },
  ])('gets all its problems in one answer, each with its field: $fields', async ({ config, fields }) => {
    const message = await failed(config);
    const named = [
      'api_token',
      'start_date',
      'base_url',
      'requests_per_minute',
      'requests_per_second',
      'concurrency',
      'contact_email',
    ];
    expect(named.filter((field) => message.includes(`${field}:`))).toEqual(fields);
    // A value may be the token in the wrong field.
    for (const value of ['two words', 'secret', 'nobody', 'last week', '12345678'])
      expect(message).not.toContain(value);
  });
});

test.each([
  ['2099-01-01', /^The config is not valid\. start_date: is more than a day in the future\. Use [^:]*$/],
  ['2026-01-01T00:00:00+01:00', /^The config is not valid\. start_date: must be YYYY-MM-DD or [^ ]*Z\.$/],
  [' 2026-01-01 ', /^The config is not valid\. start_date: must be YYYY-MM-DD or [^ ]*Z\.$/],
  ['2026-02-30', /^The config is not valid\. start_date: is not a date that exists in the calendar\.$/],
])('the start_date %j is refused with one correct sentence', async (start_date, sentence) => {
  const api = await startApi();
  expect(await failed({ ...api.config, start_date })).toMatch(sentence);
  expect(api.requests).toEqual([]);
});

test('whitespace around the token and cleared fields are accepted', async () => {
  const api = await startApi();
  const cleared = { start_date: '', contact_email: null, concurrency: null, requests_per_minute: '' };
  const run = await api.check({ ...cleared, api_token: ` ${TOKEN}\n` });
  expect(run.connectionStatus).toEqual({ status: 'SUCCEEDED' });
});

describe('each problem between the config and an account gives a message that says what to do', () => {
  const json = (body: unknown, status = 200, headers: Record<string, string> = {}): Fault => ({
    kind: 'answer',
    status,
    headers,
    body: JSON.stringify(body),
  });

  test.each<{ what: string; fault: Fault; says: RegExp }>([
    { what: 'an HTML page', fault: { kind: 'body', body: '<html>Welcome</html>' }, says: /not JSON.*base_url/ },
    { what: 'a JSON object that is not a list', fault: json({ hello: 'world' }), says: /not a list.*base_url/ },
    { what: 'a used-up quota', fault: json({ message: 'limit' }, 429, { 'retry-after': '3600' }), says: /quota.*429/ },
    {
      what: 'a forbidden account',
      fault: json({ message: 'No API in your plan.' }, 403),
      says: /403.*No API in your plan/,
    },
    { what: 'an unknown path', fault: json({ name: 'Not Found' }, 404), says: /404\)\. Check that base_url/ },
    { what: 'a redirect', fault: { kind: 'redirect', to: 'https://login.example.com/' }, says: /redirect.*base_url/ },
    { what: 'a connection that breaks', fault: { kind: 'reset' }, says: /ECONNRESET.*base_url/ },
  ])('$what', async ({ fault, says }) => {
    const api = await startApi({ speed: 20 });
    api.script('/departments', ...Array.from({ length: 10 }, () => fault));
    const { status, message } = (await api.check()).connectionStatus;
    expect(status).toBe('FAILED');
    expect(message).toMatch(says);
  });

  test('a wrong token', async () => {
    const api = await startApi();
    expect(await failed({ ...api.config, api_token: 'wr0ng/token' })).toMatch(/token.*api_token/);
  });

  test('a host name that does not exist', async () => {
    const config = { api_token: TOKEN, base_url: 'https://float.example/v3' };
    const message = await failed(config, {
      ...withNames({ 'float.example': 'ENOTFOUND' }),
      clock: quickly(),
    });
    expect(message).toMatch(/float\.example.*cannot be found.*base_url/);
  });

  test('an address that refuses connections', async () => {
    const config = { api_token: TOKEN, base_url: 'http://127.0.0.1:1/v3' };
    expect(await failed(config, { clock: quickly() })).toMatch(/127\.0\.0\.1:1.*ECONNREFUSED.*base_url/);
  });

  test('a certificate that cannot be verified', async () => {
    const { port } = await startRelay(await startApi(), { tls: true });
    const config = { api_token: TOKEN, base_url: `https://api.float.com:${port}/v3` };
    expect(await failed(config, withNames({ 'api.float.com': '127.0.0.1' }))).toMatch(
      /certificate.*NODE_EXTRA_CA_CERTS/,
    );
  });

  test('a certificate for another name', async () => {
    const { port } = await startRelay(await startApi(), { tls: true });
    const config = { api_token: TOKEN, base_url: `https://127.0.0.1:${port}/v3` };
    expect(await failed(config, { env: { NODE_EXTRA_CA_CERTS: CERTIFICATE } })).toMatch(/127\.0\.0\.1.*certificate/);
  });

  test('https to a server that speaks plain http', async () => {
    const api = await startApi();
    const message = await failed({ ...api.config, base_url: api.url.replace('http:', 'https:') });
    expect(message).toMatch(/base_url/);
  });

  test('a server that does not speak HTTP', async () => {
    const server = createRawServer(
      (socket) => void socket.on('error', () => undefined).end('220 mail.example ESMTP\r\n'),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(() => server.close());
    const { port } = server.address() as AddressInfo;
    const config = { api_token: TOKEN, base_url: `http://127.0.0.1:${port}/v3` };
    expect(await failed(config, { clock: quickly() })).toMatch(/base_url/);
  });
});

test('a base_url without a path or with trailing slashes is accepted', async () => {
  const asked: string[] = [];
  const url = await startOther(({ url: path = '' }, response) => {
    asked.push(path);
    response.end('[]');
  });
  for (const path of ['', '/float/api/v3///']) {
    expect((await check({ api_token: TOKEN, base_url: url + path })).connectionStatus).toEqual({ status: 'SUCCEEDED' });
  }
  expect(asked.map((path) => path.split('?')[0])).toEqual(['/departments', '/float/api/v3/departments']);
});

test.each<{ what: string; fault: Fault }>([
  { what: 'answers nothing', fault: { kind: 'hang' } },
  { what: 'stops in the middle of its answer', fault: { kind: 'hang-mid-body' } },
  { what: 'sends others away for long', fault: { kind: 'answer', status: 429, headers: { 'retry-after': '20' } } },
])('the check of a server that $what fails within 30 seconds', async ({ fault }) => {
  const api = await startApi({ speed: 50 });
  api.script('/departments', ...Array.from({ length: 50 }, () => fault));
  const { status } = (await api.check()).connectionStatus;
  expect(status).toBe('FAILED');
  const { at = 0 } = api.requests[0] ?? {};
  expect(api.requests.at(-1)?.at ?? 0).toBeLessThan(at + 30_000);
});

describe('plain http', () => {
  test.each([
    { host: 'float.internal', warns: true },
    { host: 'localhost', warns: false },
  ])('to $host in a private network works; with a warning: $warns', async ({ host, warns }) => {
    const api = await startApi();
    const base_url = api.url.replace('127.0.0.1', host);
    const run = await api.check({ base_url }, withNames({ [host]: '127.0.0.1' }));
    expect(run.connectionStatus).toEqual({ status: 'SUCCEEDED' });
    const expected = warns ? [expect.stringMatching(/plain http/)] : [];
    expect(run.logs('WARN')).toEqual(expected);
  });
});

test('requests to Float use TLS and the time format that Float documents', async () => {
  const api = await startApi();
  const { port } = await startRelay(api, { tls: true });
  const run = await api.read(
    ['people'],
    {
      mode: 'incremental',
      config: { base_url: `https://api.float.com:${port}/v3`, start_date: '2026-01-02T03:04:05Z' },
    },
    withNames({ 'api.float.com': '127.0.0.1' }, { NODE_EXTRA_CA_CERTS: CERTIFICATE }),
  );
  expect(run.code).toBe(0);
  expect(api.requestsTo('/people').map(({ query }) => query.modified_since)).toEqual(['2026-01-02 03:04:05']);
});
