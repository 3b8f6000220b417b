/** A clock that stood at `start` (epoch milliseconds) at the real moment `since` and runs `speed` times as fast. */
export interface FastClock {
  readonly speed: number;
  readonly start: number;
  readonly since: number;
}

/** Of one origin in every process of a machine, and finer than a millisecond: fast time is coarser than real time. */
export const realNow = (): number => performance.timeOrigin + performance.now();

export function readClock(json: string): { speed: number; now: () => number } {
  const { speed, start, since } = JSON.parse(json) as FastClock;
  return { speed, now: () => start + (realNow() - since) * speed };
}
