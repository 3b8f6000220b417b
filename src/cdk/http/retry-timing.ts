/** When to send a request again: pure functions of headers, our clock, tries and chance. */
import { httpDateMs } from './http-date.ts';

const FIRST_BACKOFF_MS = 1_000;
const LONGEST_BACKOFF_MS = 60_000;

/** Seconds. A larger number is no wait but a moment: 10⁹ seconds are 32 years, and as an epoch they are the year 2001. */
const FIRST_EPOCH = 1e9;

interface Headers {
  get(name: string): string | null;
}

/** Exponential, between half and the whole of 1, 2, 4 … seconds. `tries`: those made. `random`: in [0, 1). */
export function backoffMs(tries: number, random: number): number {
  const ceilingMs = Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (tries - 1));
  return ceilingMs * (0.5 + random / 2);
}

/**
 * The wait that a header of an answer asks for: seconds, or a moment as epoch seconds or as a date. A moment is relative to
 * the answer's own `Date`, because the server's clock may differ from ours; without one, to `receivedAt` (epoch milliseconds).
 * 0 for a moment that is over. Undefined where the header is missing or holds none of these.
 */
export function askedWaitMs(headers: Headers, name: string, receivedAt: number): number | undefined {
  const value = headers.get(name);
  const number = numberIn(value);
  if (number !== undefined && number < FIRST_EPOCH) return number * 1000;
  const moment = number === undefined ? httpDateMs(value) : number * 1000;
  if (moment === undefined) return undefined;
  return Math.max(0, moment - (httpDateMs(headers.get('date')) ?? receivedAt));
}

/** After a failure that may pass: a back-off, or longer where `Retry-After` asks for it. */
export function retryWaitMs(headers: Headers, receivedAt: number, tries: number, random: number): number {
  return Math.max(backoffMs(tries, random), askedWaitMs(headers, 'retry-after', receivedAt) ?? 0);
}

/**
 * After a refusal for the quota: `Retry-After`, else `ratelimit-reset`, else a back-off. `refusals`: those in a row.
 * `ratelimit-reset` is the reset of the minute: where something is left of the minute, the burst limit refused the request,
 * and no header says when that one resets.
 */
export function refusalWaitMs(headers: Headers, receivedAt: number, refusals: number, random: number): number {
  const isBurst = (numberIn(headers.get('ratelimit-remaining')) ?? 0) > 0;
  const reset = isBurst ? undefined : askedWaitMs(headers, 'ratelimit-reset', receivedAt);
  const asked = askedWaitMs(headers, 'retry-after', receivedAt) ?? reset ?? 0;
  // A server that asks for less than a second has rounded: it would refuse again at once.
  return asked >= 1_000 ? asked : Math.max(asked, backoffMs(refusals + 1, random));
}

/** A number of zero or more, as headers write it. */
export function numberIn(header: string | null): number | undefined {
  const number = header !== null && /^\d+(\.\d+)?$/.test(header.trim()) ? Number(header) : Number.NaN;
  return Number.isFinite(number) ? number : undefined;
}
