import type { Clock } from '../protocol/clock.ts';
import { isObject } from '../protocol/json.ts';
import { openConnections } from './agent.ts';
import { interpret } from './answer.ts';
import { readText } from './body.ts';
import { BodyBudget, type BodyShare } from './body-budget.ts';
import { type Failure, type Headers, type Outcome, PROXY_SYSCALL, type Success } from './outcome.ts';

/** A complete response. */
interface Received {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface Transport {
  /** Sends one GET, without retries. `timeoutMs`: from sending to the last byte. `signal`: default: that of the transport. */
  get(url: string, timeoutMs: number, signal?: AbortSignal): Promise<Success | Failure>;
  close(): void;
}

const NO_HEADERS: Headers = { get: () => null };
const OVER = Symbol('over');

/** Opens a transport to `baseUrl`. `headers` are sent with every request. All requests end when `signal` aborts. */
export type OpenTransport = (
  baseUrl: string,
  headers: Readonly<Record<string, string>>,
  clock: Clock,
  signal: AbortSignal,
) => Promise<Transport>;

/** HTTP with node-fetch and keep-alive connections. */
export const openTransport: OpenTransport = async (baseUrl, headers, clock, signal) => {
  const [{ default: fetch }, { agent, proxyHost }] = await Promise.all([
    import('node-fetch'),
    openConnections(baseUrl),
  ]);
  const budget = new BodyBudget();
  const options = {
    agent,
    headers: { ...headers, 'Accept-Encoding': 'gzip' },
    // Following a redirect would send the token to another server.
    redirect: 'manual',
    // node-fetch decompresses as a stream, without a size limit, and treats some truncated bodies as empty.
    compress: false,
  } as const;

  /** Sends one request. Always settles, at the latest after `timeoutMs`. */
  async function exchange(
    url: string,
    timeoutMs: number,
    share: BodyShare,
    signal: AbortSignal,
  ): Promise<Received | Failure> {
    signal.throwIfAborted();
    const over = new AbortController();
    // A custom reason is faster: without it, Node creates a DOMException for each request.
    const end = (): void => over.abort(OVER);
    let late = false;
    const endLate = (): void => {
      late = true;
      end();
    };
    signal.addEventListener('abort', end, { once: true });
    clock.sleep(timeoutMs, over.signal).then(endLate, () => undefined);
    try {
      const response = await fetch(url, { ...options, signal: over.signal });
      const { status, headers, ok } = response;
      const text = await readText(response.body ?? empty(), headers.get('content-encoding'), share, over.signal);
      if (typeof text === 'string') return { status, headers, text };
      // An error status determines the outcome, even if the body is unreadable.
      return ok ? { outcome: text, headers } : { status, headers, text: '' };
    } catch (cause) {
      signal.throwIfAborted();
      if (!late) return { outcome: lost(cause, proxyHost), headers: NO_HEADERS, cause };
      return { outcome: { kind: 'no answer', seconds: Math.round(timeoutMs / 1000) }, headers: NO_HEADERS };
    } finally {
      signal.removeEventListener('abort', end);
      // Stops the timer, and closes the connection if the body was not read completely.
      end();
    }
  }

  // A kept-alive connection references its last request, so parsed rows must not be captured by the closure of `exchange`.
  async function get(url: string, timeoutMs: number, own?: AbortSignal): Promise<Success | Failure> {
    const share = budget.share();
    try {
      const answer = await exchange(url, timeoutMs, share, own ?? signal);
      return 'outcome' in answer ? answer : interpret(answer.status, answer.headers, answer.text);
    } finally {
      share.release();
    }
  }

  return { get, close: () => agent.destroy() };
};

function lost(cause: unknown, proxyHost: string | undefined): Outcome {
  const code = codeOf(cause);
  const isOfProxy = isObject(cause) && cause.erroredSysCall === PROXY_SYSCALL;
  return isOfProxy && proxyHost !== undefined ? { kind: 'proxy', proxyHost, code } : { kind: 'network', code };
}

async function* empty(): AsyncIterable<Buffer> {}

/** The code of a Node error. No `instanceof Error`, because in jest Node's errors come from another realm. */
function codeOf(error: unknown): string {
  const code = isObject(error) ? error.code : undefined;
  return typeof code === 'string' ? code : 'connection lost';
}
