import type { Clock } from '../protocol/clock.ts';
import type { JsonValue } from '../protocol/json.ts';
import { isObject } from '../protocol/json.ts';
import { openConnections, PROXY_SYSCALL } from './agent.ts';
import { readText } from './body.ts';
import { BodyBudget, type BodyShare } from './body-budget.ts';
import type { Outcome } from './outcome.ts';

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

/** An answer that was read to its end. */
interface Received {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface Transport {
  /** One GET, no retries. `timeout`: milliseconds from sending to the last byte. */
  get(url: string, timeout: number): Promise<Success | Failure>;
  close(): void;
}

const SAID_AT_MOST = 300;
const NO_HEADERS: Headers = { get: () => null };
const OVER = Symbol('over');

/** `headers` go along with every request to `baseUrl`; all requests end when `signal` aborts. */
export type OpenTransport = (
  baseUrl: string,
  headers: Readonly<Record<string, string>>,
  clock: Clock,
  signal: AbortSignal,
) => Promise<Transport>;

/** HTTP by node-fetch, over kept-alive connections. */
export const openTransport: OpenTransport = async (baseUrl, headers, clock, signal) => {
  const [{ default: fetch }, { agent, proxyHost }] = await Promise.all([
    import('node-fetch'),
    openConnections(baseUrl),
  ]);
  const budget = new BodyBudget();
  const options = {
    agent,
    headers: { ...headers, 'Accept-Encoding': 'gzip' },
    // A redirect would take the token along.
    redirect: 'manual',
    // node-fetch would unpack as a stream, without a limit, and take some cut bodies for empty.
    compress: false,
  } as const;

  /** One request; settles whatever the connection does. */
  async function exchange(url: string, timeoutMs: number, share: BodyShare): Promise<Received | Failure> {
    signal.throwIfAborted();
    const over = new AbortController();
    // With a reason of our own: Node would make a DOMException for each request.
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
      // What makes a body unreadable does not matter where the status says that the request failed.
      return ok ? { outcome: text, headers } : { status, headers, text: '' };
    } catch (cause) {
      signal.throwIfAborted();
      if (!late) return { outcome: lost(cause, proxyHost), headers: NO_HEADERS, cause };
      return { outcome: { kind: 'no answer', seconds: Math.round(timeoutMs / 1000) }, headers: NO_HEADERS };
    } finally {
      signal.removeEventListener('abort', end);
      // Ends the timer, and the connection where the body was not read to its end.
      end();
    }
  }

  // A kept-alive connection references its last request, so parsed rows must not be captured by the closure of `exchange`.
  async function get(url: string, timeoutMs: number): Promise<Success | Failure> {
    const share = budget.share();
    try {
      const answer = await exchange(url, timeoutMs, share);
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

/** Of an error of Node's, which in tests comes from another realm than our Error. */
function codeOf(error: unknown): string {
  const code = isObject(error) ? error.code : undefined;
  return typeof code === 'string' ? code : 'connection lost';
}
