import { createServer } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import type { Fault } from '../mock-api/faults.ts';
import type { JsonObject } from '../src/cdk/index.ts';
import { startApi, TOKEN } from './support/api.ts';
import { check } from './support/connector.ts';
import { listen } from './support/listen.ts';
import { type ProcessOptions, quickly } from './support/process.ts';
import { CERTIFICATE, startRelay } from './support/relay.ts';

/** Host names lead where the test says. */
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

test.each([
  { dialect: 'float', departments: 6 },
  { dialect: 'neutral', departments: 0 },
] as const)(
  'a good config succeeds with one small request ($dialect, $departments)',
  async ({ dialect, departments }) => {
    const api = await startApi({ dialect, company: { counts: { departments } } });
    const cleared = { start_date: '', contact_email: null, concurrency: null, requests_per_minute: '' };
    const run = await api.check({ ...cleared, api_token: ` ${TOKEN}\n`, base_url: `${api.url}//` });
    expect(run.connectionStatus).toEqual({ status: 'SUCCEEDED' });
    expect(run.messages).toHaveLength(1);
    expect(api.requests.map(({ path, query }) => ({ path, query }))).toEqual([
      { path: '/departments', query: { page: '1', 'per-page': '1' } },
    ]);
  },
);

test('an invalid config gets one answer with all its problems, none of its values, and no request', async () => {
  const api = await startApi();
  const config = {
    api_token: 'two words',
    start_date: '2026-02-30',
    base_url: 'https://me:secret@api.float.com/v3',
    requests_per_minute: 'many',
    requests_per_second: 1.5,
    concurrency: 17,
    contact_email: 'nobody',
  };
  const message = await failed(config);
  for (const field of Object.keys(config)) expect(message).toContain(`${field}:`);
  for (const value of ['two words', 'secret', 'many', 'nobody']) expect(message).not.toContain(value);
  expect(await failed({ ...api.config, start_date: '2099-01-01' })).toMatch(
    /^The config is not valid\. start_date: is more than a day in the future\. Use [^:]*$/,
  );
  expect(api.requests).toEqual([]);
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
    { what: 'a refused account', fault: json({ message: 'Not in your plan.' }, 403), says: /403.*Not in your plan/ },
    { what: 'an unknown path', fault: json({ name: 'Not Found' }, 404), says: /404\)\. Check that base_url/ },
    { what: 'a redirect', fault: { kind: 'redirect', to: 'https://login.example.com/' }, says: /redirect.*base_url/ },
    { what: 'a connection that breaks', fault: { kind: 'reset' }, says: /ECONNRESET.*base_url/ },
    { what: 'no response', fault: { kind: 'hang' }, says: /did not answer .*within 10 seconds/ },
    { what: 'half a response', fault: { kind: 'hang-mid-body' }, says: /within 10 seconds/ },
    { what: 'a short wait each time', fault: json({}, 429, { 'retry-after': '20' }), says: /quota.*429/ },
  ])('$what', async ({ fault, says }) => {
    const api = await startApi({ speed: 100 });
    api.script('/departments', ...Array.from({ length: 10 }, () => fault));
    const { status, message } = (await api.check()).connectionStatus;
    expect(status).toBe('FAILED');
    expect(message).toMatch(says);
    const [first = { at: 0 }] = api.requests;
    expect(Math.max(...api.requests.map(({ at }) => at))).toBeLessThan(first.at + 30_000);
  });

  test('a wrong token, and https to a server that speaks plain http', async () => {
    const api = await startApi();
    expect(await failed({ ...api.config, api_token: 'wr0ng/token' })).toMatch(/token.*api_token/);
    expect(await failed({ ...api.config, base_url: api.url.replace('http:', 'https:') })).toMatch(/base_url/);
  });

  test('a host name that does not exist', async () => {
    const config = { api_token: TOKEN, base_url: 'https://float.example/v3' };
    const message = await failed(config, { ...withNames({ 'float.example': 'ENOTFOUND' }), clock: quickly() });
    expect(message).toMatch(/float\.example.*cannot be found.*base_url/);
  });

  test('an address that refuses connections', async () => {
    const config = { api_token: TOKEN, base_url: 'http://127.0.0.1:1/v3' };
    expect(await failed(config, { clock: quickly() })).toMatch(/127\.0\.0\.1:1.*ECONNREFUSED.*base_url/);
  });

  test('a certificate that cannot be verified, or is for another name', async () => {
    const { port } = await startRelay(await startApi(), { tls: true });
    const config = { api_token: TOKEN, base_url: `https://127.0.0.1:${port}/v3` };
    expect(await failed(config)).toMatch(/certificate.*NODE_EXTRA_CA_CERTS/);
    const trusted = { env: { NODE_EXTRA_CA_CERTS: CERTIFICATE } };
    expect(await failed(config, trusted)).toMatch(/127\.0\.0\.1.*certificate/);
  });

  test('a server that does not speak HTTP', async () => {
    const server = createServer((socket) => void socket.on('error', () => {}).end('220 mail.example ESMTP\r\n'));
    const config = { api_token: TOKEN, base_url: `http://127.0.0.1:${await listen(server)}/v3` };
    expect(await failed(config, { clock: quickly() })).toMatch(/base_url/);
  });
});

test('plain http to a private network works, with a warning', async () => {
  const api = await startApi();
  const base_url = api.url.replace('127.0.0.1', 'float.internal');
  const run = await api.check({ base_url }, withNames({ 'float.internal': '127.0.0.1' }));
  expect(run.connectionStatus).toEqual({ status: 'SUCCEEDED' });
  expect(run.logs('WARN')).toEqual([expect.stringMatching(/plain http/)]);
});

test('requests to Float use TLS and the time format that Float documents', async () => {
  const api = await startApi();
  const { port } = await startRelay(api, { tls: true });
  const config = { base_url: `https://api.float.com:${port}/v3`, start_date: '2026-01-02T03:04:05Z' };
  const names = withNames({ 'api.float.com': '127.0.0.1' }, { NODE_EXTRA_CA_CERTS: CERTIFICATE });
  const run = await api.read(['people'], { mode: 'incremental', config }, names);
  expect(run.code).toBe(0);
  expect(api.requestsTo('/people').map(({ query }) => query.modified_since)).toEqual(['2026-01-02 03:04:05']);
});
