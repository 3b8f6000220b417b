import type { Clock } from '../protocol/clock.ts';

interface Sleeper {
  readonly until: number;
  readonly wake: () => void;
}

/** A clock whose time passes only when the test advances it. */
export class FakeClock implements Clock {
  /** Durations of all sleeps so far, in milliseconds. */
  readonly slept: number[] = [];
  private time: number;
  /** Sorted by time, latest first, so the last one wakes next. */
  private readonly sleepers: Sleeper[] = [];

  constructor(start = Date.UTC(2026, 0, 5, 12)) {
    this.time = start;
  }

  readonly now = (): number => this.time;

  get sleeping(): number {
    return this.sleepers.length;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    this.slept.push(ms);
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const sleeper = { until: this.time + Math.max(0, ms), wake };
      const index = this.sleepers.findLastIndex(({ until }) => until > sleeper.until);
      this.sleepers.splice(index + 1, 0, sleeper);
      const stopSleeping = (): void => {
        this.sleepers.splice(this.sleepers.indexOf(sleeper), 1);
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', stopSleeping, { once: true });
      function wake(): void {
        signal?.removeEventListener('abort', stopSleeping);
        resolve();
      }
    });
  }

  /** Advances the clock by `ms` milliseconds. Each sleeper wakes at its own time. */
  async advance(ms: number): Promise<void> {
    const end = this.time + ms;
    await settled();
    while ((this.sleepers.at(-1)?.until ?? Number.POSITIVE_INFINITY) <= end) await this.wakeNext();
    this.time = end;
  }

  /** Advances from sleeper to sleeper until `work` is done. Throws if no sleeper is left before `work` is done. */
  async run<T>(work: Promise<T>): Promise<T> {
    let done = false;
    const finish = (): void => {
      done = true;
    };
    work.then(finish, finish);
    await settled();
    while (!done) {
      if (this.sleepers.length === 0)
        throw new Error('The work is not done, but nothing sleeps on this clock. The work waits for something else.');
      await this.wakeNext();
    }
    return work;
  }

  private async wakeNext(): Promise<void> {
    const next = this.sleepers.pop();
    if (next === undefined) return;
    this.time = Math.max(this.time, next.until);
    next.wake();
    await settled();
  }
}

/** Resolves when all pending promise callbacks have run. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
