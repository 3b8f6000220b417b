import { describe, expect, test } from '@jest/globals';
import { type Api, startApi, TOKEN } from './support/api.ts';
import { check, type Expectations } from './support/connector.ts';
import { quickly } from './support/process.ts';
import { startProxy, type TestProxy } from './support/proxy.ts';
import { CERTIFICATE, startRelay } from './support/relay.ts';

const FLOAT = 'api.float.com';
const BASE_URL = `https://${FLOAT}/v3`;
const PASSWORD = 'pa ss%wörd@12/3';
const ENCODED = encodeURIComponent(PASSWORD);

/** Whatever the machine of the test has is not used. */
const NO_PROXIES = Object.fromEntries(
  ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY', 'all_proxy', 'ALL_PROXY', 'no_proxy', 'NO_PROXY'].map(
    (name) => [name, undefined],
  ),
);

const within = (env: Record<string, string>): Expectations => ({
  env: { ...NO_PROXIES, NODE_EXTRA_CA_CERTS: CERTIFICATE, ...env },
  // A wait between two tries takes a twentieth of a second.
  clock: quickly(),
  secrets: [TOKEN, PASSWORD, ENCODED],
});

/** A proxy that leads to a stand-in of api.float.com. */
async function startProxied(answer?: number | 'silence'): Promise<{ api: Api; proxy: TestProxy }> {
  const api = await startApi();
  const { port } = await startRelay(api, { tls: true });
  return { api, proxy: await startProxy(port, answer) };
}

async function failed(env: Record<string, string>, base_url = BASE_URL): Promise<string> {
  const run = await check({ api_token: TOKEN, base_url }, within(env));
  const { status, message = '' } = run.connectionStatus;
  expect({ status, message }).toMatchObject({ status: 'FAILED' });
  return message;
}

describe('a proxy', () => {
  test.each(['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy'])(
    'from %s is used for a sync, with keep-alive connections',
    async (variable) => {
      const { api, proxy } = await startProxied();
      const run = await api.read(
        ['people', 'departments', 'clients'],
        { config: { base_url: BASE_URL, concurrency: 1 } },
        within({ [variable]: `http://${proxy.host}` }),
      );
      expect(run.code).toBe(0);
      expect(run.records('people').length).toBeGreaterThan(0);
      expect(proxy.asked).toEqual([{ to: `${FLOAT}:443`, credentials: undefined }]);
    },
  );

  test('may have an address without a scheme', async () => {
    const { api, proxy } = await startProxied();
    const run = await api.check({ base_url: BASE_URL }, within({ HTTPS_PROXY: proxy.host }));
    expect(run.connectionStatus).toEqual({ status: 'SUCCEEDED' });
    expect(proxy.asked).toHaveLength(1);
  });

  test('gets the user name and password of its address, and no other server does', async () => {
    const { api, proxy } = await startProxied();
    const address = `http://reader:${ENCODED}@${proxy.host}`;
    const run = await api.check({ base_url: BASE_URL }, within({ HTTPS_PROXY: address }));
    expect(run.connectionStatus).toEqual({ status: 'SUCCEEDED' });
    const credentials = `Basic ${Buffer.from(`reader:${PASSWORD}`).toString('base64')}`;
    expect(proxy.asked).toEqual([{ to: `${FLOAT}:443`, credentials }]);
    expect(api.requests.filter(({ headers }) => 'proxy-authorization' in headers)).toEqual([]);
  });

  test('is not used for a host that NO_PROXY names', async () => {
    const { proxy } = await startProxied();
    const base_url = 'https://127.0.0.1:1/v3';
    for (const named of ['127.0.0.1', 'other.example, 127.0.0.1', '*']) {
      const message = await failed({ HTTPS_PROXY: `http://${proxy.host}`, NO_PROXY: named }, base_url);
      expect(message).toMatch(/^The connection to 127\.0\.0\.1:1 failed.*ECONNREFUSED/);
    }
    expect(proxy.asked).toEqual([]);
  });

  test('is never used for plain http, which would send the token out of a private network', async () => {
    const { api, proxy } = await startProxied();
    const address = `http://${proxy.host}`;
    const names = ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY', 'ALL_PROXY', 'all_proxy'];
    const env = {
      ...Object.fromEntries(names.map((name) => [name, address])),
      NODE_USE_ENV_PROXY: '1',
      NODE_NO_WARNINGS: '1',
    };
    const run = await api.check({}, within(env));
    expect(run.connectionStatus).toEqual({ status: 'SUCCEEDED' });
    expect({ asked: proxy.asked, forwarded: proxy.forwarded }).toEqual({ asked: [], forwarded: [] });
  });
});

describe('if a proxy opens no tunnel, the message contains the proxy and what to do, but not the password', () => {
  const withPassword = (host: string): Record<string, string> => ({ HTTPS_PROXY: `http://reader:${ENCODED}@${host}` });

  test.each([
    { status: 403, tries: 1 },
    // A 404 of the server itself would say that there is no such list, or that a row was deleted.
    { status: 404, tries: 1 },
    { status: 407, tries: 1 },
    { status: 429, tries: 1 },
    { status: 502, tries: 2 },
  ])('it answers $status', async ({ status, tries }) => {
    const { proxy } = await startProxied(status);
    const message = await failed(withPassword(proxy.host));
    expect(message).toMatch(
      new RegExp(`^No connection to ${FLOAT}: the proxy ${proxy.host} answered ${status}\\. .*Check .*HTTPS_PROXY`),
    );
    expect(proxy.asked).toHaveLength(tries);
  });

  test('its address refuses connections', async () => {
    const message = await failed(withPassword('127.0.0.1:1'));
    expect(message).toMatch(/^No connection to api\.float\.com: the proxy 127\.0\.0\.1:1 failed with ECONNREFUSED\./);
  });

  test('its host name does not exist', async () => {
    const message = await failed(withPassword('proxy.invalid:3128'));
    expect(message).toMatch(
      /the proxy proxy\.invalid:3128 failed with (ENOTFOUND|EAI_AGAIN)\. .*Check the address in HTTPS_PROXY/,
    );
  });

  test('it does not answer: the check ends in time', async () => {
    const { proxy } = await startProxied('silence');
    expect(await failed(withPassword(proxy.host))).toMatch(/did not answer .* within 10 seconds/);
    expect(proxy.asked).toHaveLength(2);
  });

  test('it has an https address but does not speak TLS', async () => {
    const { proxy } = await startProxied();
    const message = await failed({ HTTPS_PROXY: `https://reader:${ENCODED}@${proxy.host}` });
    expect(message).toMatch(new RegExp(`the proxy ${proxy.host} failed with \\w+\\. .*Check`));
  });
});

describe('an invalid proxy address is a config_error that does not quote it', () => {
  test.each([
    [
      'another kind of proxy',
      `socks5://reader:${ENCODED}@127.0.0.1:1080`,
      /HTTPS_PROXY has the unsupported scheme socks5:/,
    ],
    ['not a URL', `http://reader:${ENCODED}@127.0.0.1:port`, /HTTPS_PROXY is not a URL/],
  ])('%s', async (_, address, says) => {
    const message = await failed({ HTTPS_PROXY: address });
    expect(message).toMatch(says);
    expect(message).toContain('http://host:port');
  });
});

test('the debug output of libraries does not contain the password', async () => {
  const { api, proxy } = await startProxied();
  const env = { HTTPS_PROXY: `http://reader:${ENCODED}@${proxy.host}`, DEBUG: '*' };
  await api.check({ base_url: BASE_URL }, { ...within(env), breaks: ['stderr is empty'] });
  expect(proxy.asked).toHaveLength(1);
});
