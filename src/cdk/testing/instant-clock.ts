import type { Clock } from '../protocol/clock.ts';

/** Time that passes only by waiting, in whole milliseconds: every sleep is over at once, and the clock stands at its end. */
export class InstantClock implements Clock {
  private timeMs: number;

  constructor(startMs = Date.UTC(2026, 0, 5, 12)) {
    this.timeMs = startMs;
  }

  readonly now = (): number => this.timeMs;

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    // Those who wait at the same time wait for the same moments.
    const until = this.timeMs + Math.ceil(Math.max(0, ms));
    await Promise.resolve();
    this.timeMs = Math.max(this.timeMs, until);
  }
}
