/** A clock that showed `start` (epoch milliseconds) at the real time `since` and runs `speed` times as fast. */
export interface FastClock {
  readonly speed: number;
  readonly start: number;
  readonly since: number;
}

/** Real time with the same origin in every process and a sub-millisecond resolution, because fast time is coarser. */
export const realNow = (): number => performance.timeOrigin + performance.now();

export function readClock(json: string): { speed: number; now: () => number } {
  const { speed, start, since } = JSON.parse(json) as FastClock;
  return { speed, now: () => start + (realNow() - since) * speed };
}
