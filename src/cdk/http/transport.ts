import type { Clock } from '../protocol/clock.ts';
import { isObject } from '../protocol/json.ts';
import { openConnections } from './agent.ts';
import { interpret } from './answer.ts';
import { readText } from './body.ts';
import { BodyBudget, type BodyShare } from './body-budget.ts';
import { type Failure, type Headers, type Outcome, PROXY_SYSCALL, type Success } from './outcome.ts';

/** An answer that was read to its end. */
interface Received {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface Transport {
  /** One GET, no retries. `timeoutMs`: from sending to the last byte. Ends with `signal`, else with the transport's own. */
  get(url: string, timeoutMs: number, signal?: AbortSignal): Promise<Success | Failure>;
  close(): void;
}

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
  async function exchange(
    url: string,
    timeoutMs: number,
    share: BodyShare,
    signal: AbortSignal,
  ): Promise<Received | Failure> {
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

/** Of an error of Node's, which in tests comes from another realm than our Error. */
function codeOf(error: unknown): string {
  const code = isObject(error) ? error.code : undefined;
  return typeof code === 'string' ? code : 'connection lost';
}
