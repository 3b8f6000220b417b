/** What came of one try of a request, other than a usable answer. */
export type Outcome =
  /** `said`: the server's own words, already cut. */
  | { readonly kind: 'status'; readonly status: number; readonly said: string }
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
