import { httpDateMs } from './http-date.ts';

/**
 * The time of a response by two clocks: the server's (its `Date` header) and our own (when the request was sent).
 * Either may be wrong, and a proxy may send any `Date`. Use the earlier one for times that must not be too late, the later one
 * for times that must not be too early. Epoch milliseconds; both are equal if the server sends no `Date`.
 */
export interface Clocks {
  readonly earlier: number;
  readonly later: number;
}

export function clocksOf(date: string | null, sentAt: number): Clocks {
  const serverTime = httpDateMs(date) ?? sentAt;
  return { earlier: Math.min(serverTime, sentAt), later: Math.max(serverTime, sentAt) };
}
