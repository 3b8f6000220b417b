/** When to ask again: pure functions of headers, tries and chance. Durations in milliseconds. */

const FIRST_BACKOFF = 1_000;
const LONGEST_BACKOFF = 60_000;

interface Headers {
  get(name: string): string | null;
}

/** Exponential, between half and the whole of 1, 2, 4 … seconds. `tries`: those made. `random`: in [0, 1). */
export function backoff(tries: number, random: number): number {
  const ceiling = Math.min(LONGEST_BACKOFF, FIRST_BACKOFF * 2 ** (tries - 1));
  return ceiling * (0.5 + random / 2);
}

/** The wait that `Retry-After` asks for, in seconds or as an HTTP date. `now`: epoch milliseconds. */
export function retryAfter(headers: Headers, now: number): number | undefined {
  const value = headers.get('retry-after');
  const seconds = numberIn(value);
  if (seconds !== undefined) return seconds * 1000;
  const date = Date.parse(value ?? '');
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/**
 * The wait that a 429 asks for: `Retry-After`, else `ratelimit-reset` (seconds to wait; probed live in September 2026).
 * That one tells of the minute: where something is left of it, the burst limit refused, and no header tells of that.
 */
export function quotaWait(headers: Headers, now: number): number | undefined {
  const isBurst = (numberIn(headers.get('ratelimit-remaining')) ?? 0) > 0;
  const reset = isBurst ? undefined : numberIn(headers.get('ratelimit-reset'));
  return retryAfter(headers, now) ?? (reset === undefined ? undefined : reset * 1000);
}

/** A number of zero or more, as headers write it. */
export function numberIn(header: string | null): number | undefined {
  return header !== null && /^\d+(\.\d+)?$/.test(header.trim()) ? Number(header) : undefined;
}
