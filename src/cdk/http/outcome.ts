/** What came of one try of a request, other than a usable answer. */
export type Outcome =
  /** `said`: the server's own words, already cut. */
  | { readonly kind: 'status'; readonly status: number; readonly said: string }
  /** The connection failed before the whole answer was there. `code`: of Node's error. */
  | { readonly kind: 'network'; readonly code: string }
  | { readonly kind: 'no answer'; readonly seconds: number }
  /** A 200 whose body is not JSON: cut on its way, or the server is no API. */
  | { readonly kind: 'not json' };
