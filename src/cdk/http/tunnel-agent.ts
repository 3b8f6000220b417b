import { setMaxListeners } from 'node:events';
import type { ClientRequest } from 'node:http';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { decoded } from '../protocol/proxy-environment.ts';
import { PROXY_SYSCALL } from './outcome.ts';

type Connect = HttpsProxyAgent<string>['connect'];

/** The proxy opened no tunnel. `code`: Node's error code, or the status that the proxy answered. */
class TunnelFailed extends Error {
  readonly code: string;
  readonly syscall = PROXY_SYSCALL;

  constructor(code: string, cause?: unknown) {
    super(`no tunnel through the proxy (${code})`, { cause });
    this.code = code;
  }
}

/**
 * Keep-alive TLS connections through an HTTP proxy. HttpsProxyAgent returns a response of the proxy itself as if the server had
 * sent it: a 404 from the proxy would look like a deleted row. This agent throws instead.
 */
export class TunnelAgent extends HttpsProxyAgent<string> {
  private readonly closing: AbortController;

  constructor(proxy: URL, options: { keepAlive: boolean; autoSelectFamilyAttemptTimeout: number }) {
    const closing = new AbortController();
    // Every connection adds a listener, so Node's warning about many listeners is switched off.
    setMaxListeners(0, closing.signal);
    const { username, password, protocol, host } = proxy;
    const credentials = Buffer.from(`${decoded(username)}:${decoded(password)}`).toString('base64');
    // The credentials are not part of the address, because HttpsProxyAgent prints the address if DEBUG is set.
    const headers = username || password ? { 'Proxy-Authorization': `Basic ${credentials}` } : {};
    super(`${protocol}//${host}`, { ...options, headers, signal: closing.signal });
    this.closing = closing;
  }

  override async connect(request: ClientRequest, options: Parameters<Connect>[1]): ReturnType<Connect> {
    let status = 0;
    const onAnswer = ({ statusCode }: { statusCode: number }): void => {
      status = statusCode;
    };
    request.once('proxyConnect', onAnswer);
    const socket = await super.connect(request, options).catch((cause) => {
      throw new TunnelFailed(typeof cause.code === 'string' ? cause.code : 'no answer', cause);
    });
    if (status === 200) return socket;
    socket.destroy();
    throw new TunnelFailed(String(status));
  }

  /** Also closes connections to the proxy that have no tunnel yet, which Node's Agent does not track. */
  override destroy(): void {
    super.destroy();
    this.closing.abort();
  }
}
