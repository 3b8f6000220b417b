/** When to retry a request: pure functions of headers, our clock, the number of tries and a random number. */
import { httpDateMs } from './http-date.ts';

const FIRST_BACKOFF_MS = 1_000;
const LONGEST_BACKOFF_MS = 60_000;

/** A number from here on is an epoch in seconds, not a wait: 10⁹ seconds are a wait of 32 years, or the year 2001. */
const FIRST_EPOCH = 1e9;

interface Headers {
  get(name: string): string | null;
}

/** Exponential back-off: 50 to 100 % of 1, 2, 4 … seconds. `tries`: attempts so far. `random`: in [0, 1). */
export function backoffMs(tries: number, random: number): number {
  const ceilingMs = Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (tries - 1));
  return ceilingMs * (0.5 + random / 2);
}

/**
 * The wait that a response header asks for: seconds, or a time as epoch seconds or as a date. For a time, the wait is
 * counted from the response's own `Date`, because the server's clock may differ from ours. Without a `Date`, it is counted from
 * `receivedAt` (epoch milliseconds). 0 for a time in the past. Undefined if the header is missing or has another form.
 */
export function askedWaitMs(headers: Headers, name: string, receivedAt: number): number | undefined {
  const value = headers.get(name);
  const number = numberIn(value);
  if (number !== undefined && number < FIRST_EPOCH) return number * 1000;
  const moment = number === undefined ? httpDateMs(value) : number * 1000;
  if (moment === undefined) return undefined;
  return Math.max(0, moment - (httpDateMs(headers.get('date')) ?? receivedAt));
}

/** The wait after a temporary failure: a back-off, or `Retry-After` if that is longer. */
export function retryWaitMs(headers: Headers, receivedAt: number, tries: number, random: number): number {
  return Math.max(backoffMs(tries, random), askedWaitMs(headers, 'retry-after', receivedAt) ?? 0);
}

/**
 * The wait after a quota refusal: `Retry-After`, else `ratelimit-reset`, else a back-off. `refusals`: refusals in a row.
 * `ratelimit-reset` refers to the minute quota. If `ratelimit-remaining` is positive, the burst limit refused the request, and
 * no header says when that limit resets.
 */
export function refusalWaitMs(headers: Headers, receivedAt: number, refusals: number, random: number): number {
  const isBurst = (numberIn(headers.get('ratelimit-remaining')) ?? 0) > 0;
  const reset = isBurst ? undefined : askedWaitMs(headers, 'ratelimit-reset', receivedAt);
  const asked = askedWaitMs(headers, 'retry-after', receivedAt) ?? reset ?? 0;
  // The server rounds a wait of less than a second down to 0. After such a wait it would refuse the next request too.
  return asked >= 1_000 ? asked : Math.max(asked, backoffMs(refusals + 1, random));
}

/** A non-negative number in a header; undefined for anything else. */
export function numberIn(header: string | null): number | undefined {
  const number = header !== null && /^\d+(\.\d+)?$/.test(header.trim()) ? Number(header) : Number.NaN;
  return Number.isFinite(number) ? number : undefined;
}
