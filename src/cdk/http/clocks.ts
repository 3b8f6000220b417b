import { httpDateMs } from './http-date.ts';

/**
 * The moment of an answer by two clocks, the server's (its `Date` header) and our own (when the request was sent).
 * Either may be wrong, and a proxy may send any `Date`: what must not be too late goes by the earlier one, what must not be
 * too early by the later one. Epoch milliseconds; equal where the server sends no `Date`.
 */
export interface Clocks {
  readonly earlier: number;
  readonly later: number;
}

export function clocksOf(date: string | null, sentAt: number): Clocks {
  const serverTime = httpDateMs(date) ?? sentAt;
  return { earlier: Math.min(serverTime, sentAt), later: Math.max(serverTime, sentAt) };
}
