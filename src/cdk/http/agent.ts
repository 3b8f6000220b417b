import type { Agent } from 'node:http';
import { configError } from '../protocol/errors.ts';
import { type ProxySetting, proxySetting } from '../protocol/proxy-environment.ts';

/** By default Node gives each address of a host 250 ms, too few for distant ones (nodejs/node issue 54359). */
const ADDRESS_TIMEOUT_MS = 3_000;

export interface Connections {
  readonly agent: Agent;
  /** Host and port of the proxy that they go through. */
  readonly proxyHost: string | undefined;
}

/** Kept-alive connections to a server: direct, or through the proxy that the environment names. */
export async function openConnections(baseUrl: string): Promise<Connections> {
  const options = { keepAlive: true, autoSelectFamilyAttemptTimeout: ADDRESS_TIMEOUT_MS };
  // Plain http never goes through a proxy: it would carry the token out of the private network.
  if (!baseUrl.startsWith('https:')) {
    const { Agent } = await import('node:http');
    return { agent: new Agent(options), proxyHost: undefined };
  }
  const proxy = await proxyOf(baseUrl);
  if (proxy === undefined) {
    const { Agent } = await import('node:https');
    return { agent: new Agent(options), proxyHost: undefined };
  }
  const { TunnelAgent } = await import('./tunnel-agent.ts');
  return { agent: new TunnelAgent(proxy, options), proxyHost: proxy.host };
}

async function proxyOf(baseUrl: string): Promise<URL | undefined> {
  const setting = proxySetting(process.env);
  if (setting === undefined) return undefined;
  const { getProxyForUrl } = await import('proxy-from-env');
  // Empty for a host that NO_PROXY names.
  return getProxyForUrl(baseUrl) === '' ? undefined : addressOf(setting);
}

/** Errors do not quote the address, which may hold a password. */
function addressOf({ variable, address }: ProxySetting): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  const problem = url === undefined ? 'is not a URL' : `names a proxy of the kind ${url.protocol}//`;
  throw configError(
    `The environment variable ${variable} ${problem}. Set it to http://host:port or https://host:port, with special characters in the password percent-encoded.`,
  );
}
