import type { Clock } from '../protocol/clock.ts';

/** A clock that advances only by sleeps, in whole milliseconds. Each sleep ends at once, and the clock jumps to its end. */
export class InstantClock implements Clock {
  private timeMs: number;

  constructor(startMs = Date.UTC(2026, 0, 5, 12)) {
    this.timeMs = startMs;
  }

  readonly now = (): number => this.timeMs;

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    // The end is computed first, so that parallel sleeps overlap instead of adding up.
    const until = this.timeMs + Math.ceil(Math.max(0, ms));
    await Promise.resolve();
    this.timeMs = Math.max(this.timeMs, until);
  }
}
