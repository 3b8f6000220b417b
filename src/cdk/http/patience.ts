/** How long one request is tried. Waits for the quota do not count in `totalMs`. */
export interface Patience {
  /** Requests sent, those refused for the quota not counted. */
  readonly tries: number;
  readonly timeoutMs: number;
  readonly totalMs: number;
  /** Refusals for the quota in a row that are waited for. */
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

/** A user waits in front of a form, and programs give up after half a minute. */
export const CHECK: Patience = {
  tries: 2,
  timeoutMs: 10_000,
  totalMs: 20_000,
  refusals: 2,
  longestWaitMs: 10_000,
};

/** For a request whose answer is not needed. */
export const PROBE: Patience = { tries: 1, timeoutMs: 10_000, totalMs: 10_000, refusals: 0, longestWaitMs: 0 };
