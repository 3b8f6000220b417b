/** Limits for the attempts of one request. */
export interface Patience {
  /** Maximum number of attempts, not counting those refused because of the quota. */
  readonly tries: number;
  /** For one attempt. */
  readonly timeoutMs: number;
  /** For all attempts together, not counting waits for the quota. */
  readonly totalMs: number;
  /** Maximum number of quota refusals in a row. */
  readonly refusals: number;
  /** A request fails at once if the server asks for a longer wait. */
  readonly longestWaitMs: number;
}

export const SYNC: Patience = {
  tries: 5,
  timeoutMs: 60_000,
  totalMs: 300_000,
  refusals: 10,
  longestWaitMs: 600_000,
};

/** For `check`: a user waits for the result, and programs give up after 30 seconds. */
export const CHECK: Patience = {
  tries: 2,
  timeoutMs: 10_000,
  totalMs: 20_000,
  refusals: 2,
  longestWaitMs: 10_000,
};

/** For a request whose result is optional. */
export const PROBE: Patience = { tries: 1, timeoutMs: 10_000, totalMs: 10_000, refusals: 0, longestWaitMs: 0 };
