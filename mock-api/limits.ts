export interface Limits {
  perMinute: number;
  perSecond: number;
  reportsPerMinute: number;
}

/** Float's documented limits for GET requests of a whole company (high). */
export const floatLimits: Limits = { perMinute: 200, perSecond: 10, reportsPerMinute: 30 };

export interface Verdict {
  allowed: boolean;
  limit: number;
  remaining: number;
  /** Seconds until the minute window allows one more request than now. */
  reset: number;
  /** Seconds until a request would be admitted; 0 if this one was. */
  retryAfter: number;
}

export interface Limiter {
  arrive(report: boolean): Verdict;
  /** Another program of the same company sends n requests. */
  consumeQuota(n: number): void;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/**
 * Sliding windows over the requests that were let in. Reports have a minute of their own (30, "a separate bucket") and
 * share the burst limit, which Float documents and shows in no header. The headers show only the minute quota.
 */
export function createLimiter(limits: Limits, now: () => number): Limiter {
  const lists = slidingWindow(limits.perMinute, MINUTE);
  const reports = slidingWindow(limits.reportsPerMinute, MINUTE);
  const burst = slidingWindow(limits.perSecond, SECOND);
  const seconds = (ms: number) => Math.ceil(ms / SECOND);

  return {
    arrive: (report) => {
      const moment = now();
      const minute = report ? reports : lists;
      const minuteWait = minute.waitFor(moment);
      const wait = Math.max(minuteWait, burst.waitFor(moment));
      if (wait === 0) {
        minute.add(moment);
        burst.add(moment);
      }
      return {
        allowed: wait === 0,
        limit: minute.limit,
        remaining: Math.max(minute.limit - minute.count(moment), 0),
        reset: seconds(Math.max(minute.untilOldestLeaves(moment), minuteWait)),
        retryAfter: seconds(wait),
      };
    },
    consumeQuota: (n) => {
      for (let i = 0; i < n; i += 1) lists.add(now());
    },
  };
}

function slidingWindow(limit: number, length: number) {
  const arrivals: number[] = [];
  const count = (moment: number) => {
    const oldestInside = arrivals.findIndex((arrival) => arrival > moment - length);
    arrivals.splice(0, oldestInside < 0 ? arrivals.length : oldestInside);
    return arrivals.length;
  };
  const leaves = (index: number, moment: number) => (arrivals[index] ?? moment - length) + length - moment;
  return {
    limit,
    count,
    add: (moment: number) => {
      arrivals.push(moment);
    },
    untilOldestLeaves: (moment: number) => (count(moment) === 0 ? 0 : leaves(0, moment)),
    waitFor: (moment: number) => (count(moment) < limit ? 0 : leaves(count(moment) - limit, moment)),
  };
}
