import { afterEach, expect, test } from '@jest/globals';
import { openConnections } from '../../../src/cdk/http/agent.ts';

const NAMES = ['https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY', 'no_proxy', 'NO_PROXY'];
const before = new Map(NAMES.map((name) => [name, process.env[name]]));

function environment(set: Record<string, string>): void {
  for (const name of NAMES) delete process.env[name];
  Object.assign(process.env, set);
}

afterEach(() => {
  environment(Object.fromEntries([...before].filter((entry): entry is [string, string] => entry[1] !== undefined)));
});

test.each(['http://127.0.0.1:1', 'https://api.float.com/v3'])(
  '%s: connections are kept alive, and each address of a host has three seconds to connect',
  async (baseUrl) => {
    environment({});
    const { agent, proxyHost } = await openConnections(baseUrl);
    expect(agent).toMatchObject({ options: { keepAlive: true, autoSelectFamilyAttemptTimeout: 3_000 } });
    expect(proxyHost).toBeUndefined();
  },
);

test('the same holds for the addresses of a proxy', async () => {
  environment({ HTTPS_PROXY: 'http://proxy.example:3128' });
  const { agent, proxyHost } = await openConnections('https://api.float.com/v3');
  expect(agent).toMatchObject({ keepAlive: true, connectOpts: { autoSelectFamilyAttemptTimeout: 3_000 } });
  expect(proxyHost).toBe('proxy.example:3128');
});

test.each<[Record<string, string>, string | undefined]>([
  [{ https_proxy: 'http://a:1', HTTPS_PROXY: 'http://b:1', ALL_PROXY: 'http://c:1' }, 'a:1'],
  [{ https_proxy: '', HTTPS_PROXY: 'http://b:1', ALL_PROXY: 'http://c:1' }, 'b:1'],
  [{ ALL_PROXY: 'http://c:1' }, 'c:1'],
  [{ HTTPS_PROXY: ' b:1 ' }, 'b:1'],
  [{ HTTPS_PROXY: 'b:1', NO_PROXY: 'other.example,api.float.com' }, undefined],
  [{ HTTPS_PROXY: 'b:1', NO_PROXY: '*' }, undefined],
])('%j: the proxy is %s', async (set, expected) => {
  environment(set);
  expect((await openConnections('https://api.float.com/v3')).proxyHost).toBe(expected);
  expect((await openConnections('http://localhost:1')).proxyHost).toBeUndefined();
});
