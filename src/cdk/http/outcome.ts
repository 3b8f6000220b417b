import type { JsonValue } from '../protocol/json.ts';

/** The result of one failed attempt of a request. */
export type Outcome =
  /**
   * `status`: 429 also for a 403 that means "quota exceeded"; then `sentStatus` is the server's status.
   * `said`: the server's error message. It may contain secrets until the client has masked it.
   */
  | { readonly kind: 'status'; readonly status: number; readonly said: string; readonly sentStatus?: number }
  /** The connection failed before the response was complete. `code`: Node's error code. */
  | { readonly kind: 'network'; readonly code: string }
  | { readonly kind: 'no answer'; readonly seconds: number }
  /** A 2xx whose body is not JSON: truncated, or the server is not an API. */
  | { readonly kind: 'not json' }
  /** The body, compressed or decompressed, exceeds the limit. */
  | { readonly kind: 'too large'; readonly limitBytes: number }
  /** The body of a 2xx has a Content-Encoding that was not requested. */
  | { readonly kind: 'encoding'; readonly encoding: string }
  /** The proxy opened no tunnel. `code`: Node's error code, or the status that the proxy answered. */
  | { readonly kind: 'proxy'; readonly proxyHost: string; readonly code: string };

/** `syscall` of tunnel errors. node-fetch passes on only `syscall` and `code` of an error. */
export const PROXY_SYSCALL = 'proxy';

export interface Headers {
  get(name: string): string | null;
}

/** A complete 2xx response. `body`: undefined for a 204. */
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
      return 'a response that is not JSON';
    case 'too large':
      return `a body of more than ${outcome.limitBytes / 2 ** 20} MB`;
    case 'encoding':
      return `a response with the unsupported Content-Encoding ${outcome.encoding}`;
    case 'proxy':
      return `no tunnel through the proxy ${outcome.proxyHost} (${outcome.code})`;
  }
}
