import { readFile } from 'node:fs/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import { run, systemClock } from '../src/cdk/index.ts';
import { MemoryStdout } from '../src/cdk/testing/index.ts';
import { floatSource } from '../src/float/source.ts';
import { startApi, TOKEN } from './support/api.ts';
import { jsonFile } from './support/inputs.ts';
import { startProxy } from './support/proxy.ts';
import { CERTIFICATE, startRelay } from './support/relay.ts';
import { STREAM_NAMES } from './support/streams.ts';

const FLOAT = 'api.float.com';
const BASE_URL = `https://${FLOAT}/v3`;
const PASSWORD = 'pa ss%wörd@12/3';
const ENCODED = encodeURIComponent(PASSWORD);
const SECRETS = [TOKEN, PASSWORD, ENCODED];

const VARIABLES = ['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY', 'NO_PROXY'].flatMap((name) => [name, name.toLowerCase()]);
/** Proxies of the machine on which the tests run are not used. */
const NO_PROXIES = Object.fromEntries(VARIABLES.map((name) => [name, undefined]));

test('a sync opens one keep-alive connection for each concurrent request, and every request says who sends it', async () => {
  const { name, version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));
  const api = await startApi({ latencyMs: 20, company: { weeks: 1, counts: { tasks: 1_000 } } });
  const relay = await startRelay(api);
  const host = `127.0.0.1:${relay.port}`;
  const config = { base_url: `http://${host}/v3`, concurrency: 3, contact_email: 'data.team@example.com' };
  const run = await api.read(STREAM_NAMES, { config });
  expect(run.code).toBe(0);
  expect(relay.connections()).toBe(3);
  for (const { method, headers } of api.requests) {
    expect(method).toBe('GET');
    expect(headers).toMatchObject({
      authorization: `Bearer ${TOKEN}`,
      'user-agent': `${name}/${version} (data.team@example.com)`,
      accept: 'application/json',
      'accept-encoding': expect.stringContaining('gzip'),
      host,
    });
  }
});

describe('a proxy', () => {
  test('tunnels a sync through one connection; only the proxy gets its password, which no debug output contains', async () => {
    const api = await startApi();
    const { port } = await startRelay(api, { tls: true });
    const proxy = await startProxy(port);
    const HTTPS_PROXY = `http://reader:${ENCODED}@${proxy.host}`;
    const env = { ...NO_PROXIES, NODE_EXTRA_CA_CERTS: CERTIFICATE, HTTPS_PROXY, DEBUG: '*' };
    const run = await api.read(
      ['people', 'departments', 'clients'],
      { config: { base_url: BASE_URL, concurrency: 1 } },
      // The debug output goes to stderr.
      { env, secrets: SECRETS, breaks: ['stderr is empty'] },
    );
    expect(run.code).toBe(0);
    expect(run.records('people').length).toBeGreaterThan(0);
    const credentials = `Basic ${Buffer.from(`reader:${PASSWORD}`).toString('base64')}`;
    expect(proxy.asked).toEqual([{ to: `${FLOAT}:443`, credentials }]);
    expect(api.requests.filter(({ headers }) => 'proxy-authorization' in headers)).toEqual([]);
  });

  test('is never used for plain http, which would send the token out of a private network', async () => {
    const api = await startApi();
    const proxy = await startProxy(0);
    const names = VARIABLES.filter((name) => name.toUpperCase() !== 'NO_PROXY');
    const env = {
      ...Object.fromEntries(names.map((name) => [name, `http://${proxy.host}`])),
      // With this, Node itself uses the proxies.
      NODE_USE_ENV_PROXY: '1',
      NODE_NO_WARNINGS: '1',
    };
    const run = await api.check({}, { env: { ...NO_PROXIES, ...env } });
    expect(run.connectionStatus).toEqual({ status: 'SUCCEEDED' });
    expect({ asked: proxy.asked, forwarded: proxy.forwarded }).toEqual({ asked: [], forwarded: [] });
  });
});

const environment = { ...process.env };

afterEach(() => {
  for (const name of VARIABLES) delete process.env[name];
  Object.assign(process.env, environment);
});

/** The message of a check that fails with this proxy. The check runs in this process. */
async function messageWith(proxy: string): Promise<string> {
  for (const name of VARIABLES) delete process.env[name];
  process.env.HTTPS_PROXY = proxy;
  const argv = ['check', '--config', await jsonFile({ api_token: TOKEN, base_url: BASE_URL })];
  const [stdout, stderr] = [new MemoryStdout(), new MemoryStdout()];
  const clock = { ...systemClock, sleep: (ms: number, signal?: AbortSignal) => systemClock.sleep(ms / 20, signal) };
  await run(floatSource, { argv, stdout, stderr, env: process.env, clock });
  for (const secret of SECRETS) expect(stdout.text + stderr.text).not.toContain(secret);
  const [answer] = stdout.messages.filter((message) => message.type === 'CONNECTION_STATUS');
  expect(answer?.connectionStatus.status).toBe('FAILED');
  return answer?.connectionStatus.message ?? '';
}

describe('the message about a proxy that does not work says what to do, without its password', () => {
  const address = (host: string, scheme = 'http'): string => `${scheme}://reader:${ENCODED}@${host}`;

  test.each([
    // A 404 of Float would mean that a list does not exist, or that a row was deleted.
    { answer: 404, tries: 1, says: /, because the proxy HOST answered 404\. .*Check .*HTTPS_PROXY/ },
    { answer: 429, tries: 1, says: /, because the proxy HOST answered 429\. .*Check .*HTTPS_PROXY/ },
    { answer: 502, tries: 2, says: /, because the proxy HOST answered 502\. .*Check .*HTTPS_PROXY/ },
    { answer: 'silence' as const, tries: 2, says: /did not answer .* within 10 seconds/ },
  ])('it answers $answer', async ({ answer, tries, says }) => {
    const proxy = await startProxy(0, answer);
    const message = await messageWith(address(proxy.host));
    expect(message.replace(proxy.host, 'HOST')).toMatch(says);
    expect(proxy.asked).toHaveLength(tries);
  });

  test('it does not speak TLS, although its address is https', async () => {
    const { host } = await startProxy(0);
    const message = await messageWith(address(host, 'https'));
    expect(message).toMatch(/the proxy 127\.0\.0\.1:\d+ failed with \w+\. .*Check/);
    expect(message).toContain(host);
  });

  test.each([
    ['refuses connections', address('127.0.0.1:1'), /, because the proxy 127\.0\.0\.1:1 failed with ECONNREFUSED\./],
    ['is of another kind', address('127.0.0.1:1', 'socks5'), /HTTPS_PROXY has the unsupported scheme socks5:/],
    ['has no valid address', address('127.0.0.1:port'), /HTTPS_PROXY is not a URL.*http:\/\/host:port/],
  ])('it %s', async (_, proxy, says) => {
    expect(await messageWith(proxy)).toMatch(says);
  });
});
