import type { Agent } from 'node:http';
import { gunzipSync } from 'node:zlib';
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
/** Bytes. Most pages unpack to less. */
const UNPACKED_AT_ONCE = 128 * 1024;
const UTF_8 = new TextDecoder();
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
  const request = {
    agent,
    headers: { ...headers, 'Accept-Encoding': 'gzip' },
    // Bodies are unpacked here: at once takes a third of the time that node-fetch takes in pieces.
    compress: false,
    // A followed redirect would take the token along: node-fetch drops it for another host, not for another port.
    redirect: 'manual',
  } as const;

  async function get(url: string, timeout: number): Promise<Success | Failure> {
    const aborter = new AbortController();
    const stop = (): void => aborter.abort(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    let isLate = false;
    const late = (): void => {
      isLate = true;
      aborter.abort(NO_ANSWER);
    };
    clock.sleep(timeout, aborter.signal).then(late, () => undefined);
    try {
      const response = await fetch(url, { ...request, signal: aborter.signal });
      const bytes = Buffer.from(await response.arrayBuffer());
      return interpret(response.status, response.headers, textOf(bytes, response.headers));
    } catch (cause) {
      signal.throwIfAborted();
      if (isLate)
        return { outcome: { kind: 'no answer', seconds: Math.round(timeout / 1000) }, headers: NO_HEADERS, cause };
      return { outcome: { kind: 'network', code: codeOf(cause) }, headers: NO_HEADERS, cause };
    } finally {
      // Ends the waiting. With a reason of our own: Node would make a DOMException for each request.
      aborter.abort(OVER);
      signal.removeEventListener('abort', stop);
    }
  }

  return { get, close: () => agent.destroy() };
};

/** Empty where a packed body is not whole. */
function textOf(bytes: Buffer, headers: Headers): string {
  if (headers.get('content-encoding') !== 'gzip') return UTF_8.decode(bytes);
  try {
    return UTF_8.decode(gunzipSync(bytes, { chunkSize: UNPACKED_AT_ONCE }));
  } catch {
    return '';
  }
}

export function interpret(status: number, headers: Headers, text: string): Success | Failure {
  if (status === 204) return { body: undefined, headers };
  const body = parse(text);
  if (status < 200 || status > 299) return { outcome: { kind: 'status', status, said: saidIn(body, text) }, headers };
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
