import type { Agent, IncomingMessage } from 'node:http';
import { gunzipSync } from 'node:zlib';
import type { Clock } from '../protocol/clock.ts';
import { isObject } from '../protocol/json.ts';
import { interpret } from './answer.ts';
import type { Failure, Headers, Success } from './outcome.ts';

/** An answer to its last byte, as it came. */
interface Received {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Buffer;
}

export interface Transport {
  /** One GET, no retries. `timeout`: milliseconds from sending to the last byte. Ends with `signal`, else with the transport's own. */
  get(url: string, timeout: number, signal?: AbortSignal): Promise<Success | Failure>;
  close(): void;
}

/** Bytes. Most pages unpack to less. */
const UNPACKED_AT_ONCE = 128 * 1024;
const UTF_8 = new TextDecoder();
const NO_HEADERS: Headers = { get: () => null };
const OVER = Symbol('over');

/** `headers` go along with every request to `baseUrl`; all requests end when `signal` aborts. */
export type OpenTransport = (
  baseUrl: string,
  headers: Readonly<Record<string, string>>,
  clock: Clock,
  signal: AbortSignal,
) => Promise<Transport>;

/**
 * HTTP over kept-alive connections, by Node's own client: of the CPU time of a sync, node-fetch takes a fifth more
 * (docs/performance.md). It follows no redirect, which would take the token along.
 */
export const openTransport: OpenTransport = async (baseUrl, headers, clock, signal) => {
  const { Agent, request } = await (baseUrl.startsWith('https:') ? import('node:https') : import('node:http'));
  // Node 24 takes a proxy from HTTPS_PROXY and NO_PROXY by the second option; older versions, and their types, do not know it.
  const options = { keepAlive: true, proxyEnv: process.env };
  const agent: Agent = new Agent(options);
  const how = { agent, headers: { ...headers, 'Accept-Encoding': 'gzip' } };

  /** One request; settles whatever the connection does. */
  function exchange(url: string, timeout: number, signal: AbortSignal): Promise<Received | Failure> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const sent = request(url, how);
      const over = new AbortController();
      const leave = (): void => {
        // With a reason of our own: Node would make a DOMException for each request.
        over.abort(OVER);
        signal.removeEventListener('abort', stop);
      };
      // Settled first: a request that Node itself has given up tells nothing when it is destroyed.
      const stop = (): void => {
        leave();
        reject(signal.reason);
        sent.destroy();
      };
      const late = (): void => {
        leave();
        resolve({ outcome: { kind: 'no answer', seconds: Math.round(timeout / 1000) }, headers: NO_HEADERS });
        sent.destroy();
      };
      const lost = (cause: unknown): void => {
        leave();
        resolve({ outcome: { kind: 'network', code: codeOf(cause) }, headers: NO_HEADERS, cause });
      };
      const received = (response: IncomingMessage, bytes: Buffer): void => {
        leave();
        const headers: Headers = { get: (name) => response.headers[name]?.toString() ?? null };
        resolve({ status: response.statusCode ?? 0, headers, bytes });
      };
      signal.addEventListener('abort', stop, { once: true });
      clock.sleep(timeout, over.signal).then(late, () => undefined);
      sent
        .on('response', (response: IncomingMessage) => {
          const pieces: Buffer[] = [];
          response
            .on('data', (piece: Buffer) => pieces.push(piece))
            .on('end', () => received(response, Buffer.concat(pieces)))
            .on('error', lost);
        })
        .on('error', lost)
        // Without an answer, if nothing was told before: so it is with 101 Switching Protocols.
        .on('close', () => lost(new Error('closed without an answer')))
        .end();
    });
  }

  // Apart from the exchange: a connection that is kept holds on to its last request, and so to all that it resolved to.
  async function get(url: string, timeout: number, own?: AbortSignal): Promise<Success | Failure> {
    const answer = await exchange(url, timeout, own ?? signal);
    if ('outcome' in answer) return answer;
    const { status, headers, bytes } = answer;
    return interpret(status, headers, textOf(bytes, headers));
  }

  return { get, close: () => agent.destroy() };
};

/** Empty where a packed body is not whole. */
function textOf(bytes: Buffer, headers: Headers): string {
  if (headers.get('content-encoding')?.toLowerCase() !== 'gzip') return UTF_8.decode(bytes);
  try {
    const unpacked = gunzipSync(bytes, { chunkSize: UNPACKED_AT_ONCE });
    const text = UTF_8.decode(unpacked);
    // Gives the memory back at once. Node 24 lets so much of it wait for a garbage collection that a sync of a million records
    // grows by 90 MB; Node 20 does not, and cannot.
    (unpacked.buffer as Partial<ArrayBuffer>).transfer?.(0);
    return text;
  } catch {
    return '';
  }
}

/** Of an error of Node's, which in tests comes from another realm than our Error. */
function codeOf(error: unknown): string {
  const code = isObject(error) ? error.code : undefined;
  return typeof code === 'string' ? code : 'connection lost';
}
