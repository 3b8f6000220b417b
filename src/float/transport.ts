import type { Agent } from 'node:http';
import type { Clock, JsonValue } from '../cdk/index.ts';
import { isObject } from '../cdk/index.ts';
import type { Outcome } from './failures.ts';

export interface Headers {
  get(name: string): string | null;
}

/** A 2xx that was read to its end. `body`: undefined where the answer was 204. */
export interface Success {
  readonly body: JsonValue | undefined;
  readonly headers: Headers;
}

export interface Failure {
  readonly outcome: Outcome;
  readonly headers: Headers;
  readonly cause?: unknown;
}

export interface Transport {
  /** One GET, no retries. `timeout`: milliseconds from sending to the last byte. */
  get(url: string, timeout: number): Promise<Success | Failure>;
  close(): void;
}

const SAID_AT_MOST = 300;
const NO_HEADERS: Headers = { get: () => null };
const NO_ANSWER = Symbol('no answer');
const OVER = Symbol('over');

/** `headers` go along with every request to `baseUrl`; all requests end when `signal` aborts. */
export type OpenTransport = (
  baseUrl: string,
  headers: Readonly<Record<string, string>>,
  clock: Clock,
  signal: AbortSignal,
) => Promise<Transport>;

/** HTTP over kept-alive connections. node-fetch is loaded here, since `spec` and `discover` do without. */
export const openTransport: OpenTransport = async (baseUrl, headers, clock, signal) => {
  const [{ default: fetch }, { Agent }] = await Promise.all([
    import('node-fetch'),
    baseUrl.startsWith('https:') ? import('node:https') : import('node:http'),
  ]);
  // Node 24 takes a proxy from HTTPS_PROXY and NO_PROXY by the second option; older versions, and their types, do not know it.
  const options = { keepAlive: true, proxyEnv: process.env };
  const agent: Agent = new Agent(options);

  async function get(url: string, timeout: number): Promise<Success | Failure> {
    const aborter = new AbortController();
    const stop = (): void => aborter.abort(signal.reason);
    const over = new AbortController();
    signal.addEventListener('abort', stop, { once: true });
    clock.sleep(timeout, over.signal).then(
      () => aborter.abort(NO_ANSWER),
      () => undefined,
    );
    try {
      // A followed redirect would take the token along: node-fetch drops it for another host, not for another port.
      const response = await fetch(url, { headers, agent, signal: aborter.signal, redirect: 'manual' });
      const text = await response.text();
      return interpret(response.status, response.headers, text);
    } catch (cause) {
      signal.throwIfAborted();
      if (aborter.signal.aborted)
        return { outcome: { kind: 'no answer', seconds: Math.round(timeout / 1000) }, headers: NO_HEADERS, cause };
      return { outcome: { kind: 'network', code: codeOf(cause) }, headers: NO_HEADERS, cause };
    } finally {
      // With a reason of our own: Node would make a DOMException for each request.
      over.abort(OVER);
      signal.removeEventListener('abort', stop);
    }
  }

  return { get, close: () => agent.destroy() };
};

export function interpret(status: number, headers: Headers, text: string): Success | Failure {
  if (status === 204) return { body: undefined, headers };
  const body = parse(text);
  if (status < 200 || status > 299) return { outcome: { kind: 'status', status, said: saidIn(body, text) }, headers };
  // A gzip body that is cut at the end of a block arrives as an empty text, without any error.
  return body === undefined ? { outcome: { kind: 'not json' }, headers } : { body, headers };
}

function parse(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The server's own words: Float's errors are `{name, message, …}`, validation errors also `[{field, message}]`; the edge sends HTML. */
function saidIn(body: JsonValue | undefined, text: string): string {
  const entries = Array.isArray(body) ? body : [body];
  const messages = entries.flatMap((entry) => {
    if (!isObject(entry) || typeof entry.message !== 'string') return [];
    return typeof entry.field === 'string' ? `${entry.field}: ${entry.message}` : entry.message;
  });
  const said = messages.length > 0 ? messages.join('; ') : text.trimStart().startsWith('<') ? '' : text;
  return said.replace(/\s+/g, ' ').trim().slice(0, SAID_AT_MOST);
}

function codeOf(error: unknown): string {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return code ?? 'connection lost';
}
