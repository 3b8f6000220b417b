import type { Clock } from '../protocol/clock.ts';
import { requireWholeNumber } from '../protocol/source-faults.ts';
import { Pace } from './pace.ts';

/** At most `limit` requests in any period of `windowMs`. */
export interface Quota {
  readonly limit: number;
  readonly windowMs: number;
}

export type Quotas = readonly [Quota, ...Quota[]];

/** The quota according to the server's headers: requests left, and time until it resets. */
export interface ServerQuota {
  readonly remaining: number;
  readonly resetMs: number;
}

/** One admitted request. */
export interface Ticket {
  readonly sentAt: number;
}

/**
 * Our windows are longer than the server's by this fraction, because the two clocks drift. So we send at most 1 % fewer requests.
 */
const MARGIN = 0.01;

/** Headers with a later reset are ignored. The limiter waits that long only after a 429. */
const LONGEST_RESET_MS = 600_000;

/** A 429 with a wait up to this may be due to the burst limit. */
const BURST_MS = 2_000;

/** A second 429 within this time means that the quota of the first window is used up, not the burst limit. */
const AGAIN_MS = 10_000;

/** Resets that differ by less are the same, because the server sends whole seconds. */
const SAME_RESET_MS = 2_000;

/**
 * In windows up to this length, a previous process may have just used the quota. The server's headers do not show that usage,
 * because they refer to the first quota. So a process uses only half of the quota in its first window.
 */
const UNKNOWN_WINDOW_MS = 1_000;

/**
 * Number of responses from which the duration of a request is estimated. Twice the maximum number of connections, because the
 * first request on each is slow.
 */
const ENOUGH_ANSWERS = 32;

/**
 * Admits requests so that the server never counts more than its quotas allow in any sliding window, and at most
 * `maxConcurrentRequests` are in flight.
 *
 * The server counts a request when it arrives: after we send it, before we receive the response. So a request occupies its
 * place in a window from sending until
 *
 *     sent      arrived      answered                          free again
 *      |···········|············|── window + margin − head start ──|
 *
 * where the head start is the least time that a request takes. It can be subtracted, because this request arrived at the server
 * before its response came to us, and the next request arrives after we send it. Both delays together are at least the head
 * start.
 */
export class Limiter {
  private readonly quotas: Quotas;
  private readonly maxConcurrentRequests: number;
  private readonly clock: Clock;
  private readonly startedAt: number;
  private underWay = 0;
  /** Arrival times of the last responses, oldest first: at most twice as many as the largest quota allows. */
  private readonly answeredAt: number[] = [];
  private readonly mostPlaces: number;
  /** Durations of the last ENOUGH_ANSWERS requests. */
  private readonly tookMs: number[] = [];
  private headStartMs = 0;
  private readonly pace: Pace;
  private lastRefusedAt = Number.NEGATIVE_INFINITY;
  private pausedUntil = 0;
  private server: { left: number; until: number } | undefined;
  private queue: Promise<unknown> = Promise.resolve();
  private wake: () => void = () => {};
  private readonly onWait: (until: number) => void;

  /**
   * The server's headers refer to the first of the quotas.
   * `onWait` is called before each wait, with its end (epoch milliseconds).
   */
  constructor(quotas: Quotas, maxConcurrentRequests: number, clock: Clock, onWait: (until: number) => void = () => {}) {
    for (const { limit, windowMs } of quotas) {
      requireWholeNumber('the limit of a quota', limit);
      requireWholeNumber('the windowMs of a quota', windowMs);
    }
    this.quotas = quotas;
    this.maxConcurrentRequests = maxConcurrentRequests;
    this.mostPlaces = Math.max(...quotas.map((quota) => quota.limit));
    const perMinute = quotas.map(({ limit, windowMs }) => (limit * 60_000) / windowMs);
    this.pace = new Pace(Math.min(...perMinute), Math.max(...perMinute));
    this.clock = clock;
    this.startedAt = clock.now();
    this.onWait = onWait;
  }

  /**
   * Resolves when a request may be sent, in the order of the calls. The ticket must be returned with `answered` or `cancel`.
   * Rejects at once when the signal aborts, even if earlier callers are still waiting.
   */
  acquire(signal: AbortSignal): Promise<Ticket> {
    if (signal.aborted) return Promise.reject(signal.reason);
    const turn = this.queue.then(() => this.admit(signal));
    this.queue = turn.catch(() => undefined);
    return new Promise((resolve, reject) => {
      const onAbort = (): void => reject(signal.reason);
      signal.addEventListener('abort', onAbort, { once: true });
      const settle = (): void => signal.removeEventListener('abort', onAbort);
      turn.finally(settle).then((ticket) => {
        if (!signal.aborted) return resolve(ticket);
        this.cancel();
        reject(signal.reason);
      }, reject);
    });
  }

  /** Call it if an admitted request was not sent. */
  cancel(): void {
    this.underWay -= 1;
    this.wake();
  }

  /** The request has ended, with or without a response. */
  answered(ticket: Ticket, server?: ServerQuota): void {
    const now = this.clock.now();
    this.underWay -= 1;
    this.answeredAt.push(now);
    if (this.answeredAt.length >= 2 * this.mostPlaces) this.answeredAt.splice(0, this.mostPlaces);
    this.learn(now - ticket.sentAt);
    if (server !== undefined) this.observe(server);
    this.wake();
  }

  /**
   * The server refused a request because of the quota. Nothing is sent for `waitMs`, and the pace is lower afterwards.
   * `remaining`: requests left in the first quota according to the server; undefined if it does not say.
   */
  refused({ sentAt }: Ticket, waitMs: number, remaining: number | undefined): void {
    const now = this.clock.now();
    const isBurst = remaining === undefined ? waitMs <= BURST_MS && now - this.lastRefusedAt > AGAIN_MS : remaining > 0;
    this.pace.refused(sentAt, now, isBurst ? undefined : this.answersSince(now - this.quotas[0].windowMs));
    this.lastRefusedAt = now;
    this.pausedUntil = Math.max(this.pausedUntil, now + waitMs);
  }

  /** Estimated time until this number of further requests are admitted, if no other program uses the quotas. */
  waitMs(requests: number): number {
    const now = this.clock.now();
    // Requests in flight occupy their places from now at the earliest.
    const places = [...this.answeredAt, ...Array.from({ length: this.underWay }, () => now)];
    let at = Math.max(now, this.pausedUntil, this.pace.freeAt);
    for (let sent = 0; sent < requests; sent += 1) {
      if (sent > 0) at += this.pace.gapMs;
      if (this.server !== undefined && this.server.left <= sent) at = Math.max(at, this.server.until);
      for (const quota of this.quotas) at = this.expectedFreeAt(quota, places, at);
      places.push(at);
    }
    return at - now;
  }

  private async admit(signal: AbortSignal): Promise<Ticket> {
    for (;;) {
      signal.throwIfAborted();
      if (this.underWay >= this.maxConcurrentRequests) {
        await this.untilWoken();
        continue;
      }
      const now = this.clock.now();
      const free = this.freeAt(now);
      if (free <= now) break;
      this.onWait(free);
      await this.clock.sleep(free - now, signal);
    }
    this.underWay += 1;
    if (this.server) this.server.left -= 1;
    const sentAt = this.clock.now();
    this.pace.sent(sentAt);
    return { sentAt };
  }

  private untilWoken(): Promise<void> {
    return new Promise((resolve) => {
      this.wake = resolve;
    });
  }

  /** The earliest time at which another request may be allowed, as known now. */
  private freeAt(now: number): number {
    let free = Math.max(this.pausedUntil, this.pace.freeAt);
    if (this.server !== undefined && this.server.until <= now) this.server = undefined;
    if (this.server !== undefined && this.server.left <= 0) free = Math.max(free, this.server.until);
    return Math.max(free, ...this.quotas.map((quota) => this.quotaFreeAt(quota, now)));
  }

  private quotaFreeAt(quota: Quota, now: number): number {
    if (!this.isUnknown(quota, now)) return this.windowFreeAt(quota, now);
    return Math.min(this.windowFreeAt(halfOf(quota), now), this.startedAt + quota.windowMs);
  }

  /** Whether a previous process may have used the quota in the window before this time. */
  private isUnknown({ windowMs }: Quota, time: number): boolean {
    return windowMs <= UNKNOWN_WINDOW_MS && time >= this.startedAt && time < this.startedAt + windowMs;
  }

  /**
   * The earliest time from `at` on at which the quota admits a request. `places`: when the requests before it were or will be
   * sent.
   */
  private expectedFreeAt(quota: Quota, places: readonly number[], at: number): number {
    const freeAt = ({ limit }: Quota): number => (places.at(-limit) ?? Number.NEGATIVE_INFINITY) + this.heldMs(quota);
    const free = Math.max(at, freeAt(quota));
    if (!this.isUnknown(quota, free)) return free;
    return Math.max(free, Math.min(freeAt(halfOf(quota)), this.startedAt + quota.windowMs));
  }

  /** How long a request occupies its place after the response. */
  private heldMs({ windowMs }: Quota): number {
    return windowMs * (1 + MARGIN) - this.headStartMs;
  }

  private windowFreeAt(quota: Quota, now: number): number {
    const { limit, windowMs } = quota;
    const heldMs = this.heldMs(quota);
    const places = limit - this.underWay;
    // Requests in flight use the whole quota. The earliest time at which a place can be free is an estimate: a place is free
    // `heldMs` after its response, and no response has come yet.
    if (places <= 0) return now + Math.max(heldMs, windowMs * MARGIN);
    const last = this.answeredAt[this.answeredAt.length - places];
    return last === undefined ? now : last + heldMs;
  }

  private answersSince(time: number): number {
    return this.answeredAt.length - 1 - this.answeredAt.findLastIndex((at) => at <= time);
  }

  /** Head start: the shortest of the last durations minus their spread, because a later request may be somewhat faster. */
  private learn(tookMs: number): void {
    this.tookMs.push(tookMs);
    if (this.tookMs.length > ENOUGH_ANSWERS) this.tookMs.shift();
    const fastest = Math.min(...this.tookMs);
    const spread = Math.max(...this.tookMs) - fastest;
    this.headStartMs = this.tookMs.length < ENOUGH_ANSWERS ? 0 : Math.max(0, fastest - spread);
  }

  /**
   * The server has perhaps not counted the requests in flight yet, so they are subtracted. Responses may arrive out of order, so
   * the lowest number is used.
   */
  private observe({ remaining, resetMs }: ServerQuota): void {
    if (resetMs > LONGEST_RESET_MS || this.isOurs(remaining)) return;
    const left = remaining - this.underWay;
    const until = this.clock.now() + resetMs;
    const known = this.server;
    const sameWindow = known !== undefined && Math.abs(known.until - until) < SAME_RESET_MS;
    this.server = { left: sameWindow ? Math.min(known.left, left) : left, until };
  }

  /**
   * Whether our own requests explain the remaining quota. Then our own windows suffice, and they are precise to the millisecond,
   * while the server sends whole seconds. Otherwise other programs use the quota too.
   */
  private isOurs(remaining: number): boolean {
    const [{ limit, windowMs }] = this.quotas;
    const now = this.clock.now();
    return this.windowFreeAt({ limit: limit - remaining, windowMs }, now) > now;
  }
}

function halfOf({ limit, windowMs }: Quota): Quota {
  return { limit: Math.ceil(limit / 2), windowMs };
}
