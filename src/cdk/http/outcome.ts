import type { JsonValue } from '../protocol/json.ts';

/** What came of one try of a request, other than a usable answer. */
export type Outcome =
  /**
   * `status`: 429 also where the server sent a 403 that refuses for the quota; `sentStatus` is the server's then.
   * `said`: the server's own words, which may hold secrets until the client has masked them.
   */
  | { readonly kind: 'status'; readonly status: number; readonly said: string; readonly sentStatus?: number }
  /** The connection failed before the whole answer was there. `code`: of Node's error. */
  | { readonly kind: 'network'; readonly code: string }
  | { readonly kind: 'no answer'; readonly seconds: number }
  /** A 200 whose body is not JSON: cut on its way, or the server is no API. */
  | { readonly kind: 'not json' }
  /** The body, received or unpacked, has more bytes than a body may have. */
  | { readonly kind: 'too large'; readonly limitBytes: number }
  /** The body of a 200 has a Content-Encoding that was not asked for. */
  | { readonly kind: 'encoding'; readonly encoding: string }
  /** No tunnel through the proxy. `code`: of Node's error, or the status that the proxy answered. */
  | { readonly kind: 'proxy'; readonly proxyHost: string; readonly code: string };

/** `syscall` of errors of a tunnel through the proxy: node-fetch passes on no more than that and the code. */
export const PROXY_SYSCALL = 'proxy';

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

/** For log lines. */
export function describeOutcome(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'status':
      return `status ${outcome.sentStatus ?? outcome.status}`;
    case 'network':
      return `connection failed (${outcome.code})`;
    case 'no answer':
      return `no answer within ${outcome.seconds} s`;
    case 'not json':
      return 'an answer that is not JSON';
    case 'too large':
      return `a body of more than ${outcome.limitBytes / 2 ** 20} MB`;
    case 'encoding':
      return `an answer in the encoding ${outcome.encoding}`;
    case 'proxy':
      return `no tunnel through the proxy ${outcome.proxyHost} (${outcome.code})`;
  }
}
