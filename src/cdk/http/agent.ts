import type { Agent } from 'node:http';
import { configError } from '../protocol/errors.ts';
import { type ProxySetting, proxySetting } from '../protocol/proxy-environment.ts';

/** Time to connect to one address of a host. Node's default of 250 ms is too short for distant hosts (nodejs/node issue 54359). */
const ADDRESS_TIMEOUT_MS = 3_000;

export interface Connections {
  readonly agent: Agent;
  /** Host and port of the proxy; undefined without a proxy. */
  readonly proxyHost: string | undefined;
}

/** Keep-alive connections to a server: direct, or through the proxy that the environment variables name. */
export async function openConnections(baseUrl: string): Promise<Connections> {
  const options = { keepAlive: true, autoSelectFamilyAttemptTimeout: ADDRESS_TIMEOUT_MS };
  // Plain http never uses a proxy, because the token would leave the private network unencrypted.
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
  // Empty if NO_PROXY contains the host.
  return getProxyForUrl(baseUrl) === '' ? undefined : addressOf(setting);
}

/** Throws a config_error for an invalid address. The message does not quote the address, because it may contain a password. */
function addressOf({ variable, address }: ProxySetting): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  const problem = url === undefined ? 'is not a URL' : `has the unsupported scheme ${url.protocol}//`;
  throw configError(
    `The environment variable ${variable} ${problem}. Set it to http://host:port or https://host:port, with special characters in the password percent-encoded.`,
  );
}
