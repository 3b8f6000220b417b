import type { Clock } from '../protocol/clock.ts';
import { requireWholeNumber } from '../protocol/source-faults.ts';
import { Pace } from './pace.ts';

/** At most `limit` requests in any `windowMs`. */
export interface Quota {
  readonly limit: number;
  readonly windowMs: number;
}

export type Quotas = readonly [Quota, ...Quota[]];

/** What a server says of its own count: requests left until it resets. */
export interface ServerQuota {
  readonly remaining: number;
  readonly resetMs: number;
}

/** One request that was let through. */
export interface Ticket {
  readonly sentAt: number;
}

/** Windows are kept this much longer than the server's, because the two clocks drift. Costs 1 % of the pace at most. */
const MARGIN = 0.01;

/** A later reset is not waited for before a 429 asks for the wait. */
const LONGEST_RESET_MS = 600_000;

/** A wait of at most this time may be for the server's limit of bursts. */
const BURST_MS = 2_000;

/** A second refusal within this time means that the quota of the first window is used up, not the burst limit. */
const AGAIN_MS = 10_000;

/** Resets that differ by less are one: the server says whole seconds. */
const SAME_RESET_MS = 2_000;

/**
 * In a window as short as this, a process that has just ended may have sent requests of which nothing tells the next one: the
 * server's figures are about the first quota. So the first window of a process uses half its places.
 */
const UNKNOWN_WINDOW_MS = 1_000;

/** So many answers show how long a request takes. Twice the most connections: the first request of each is slow. */
const ENOUGH_ANSWERS = 32;

/**
 * Lets requests through so that the server never counts more than its quotas allow, in sliding windows, and no more than
 * `maxConcurrentRequests` of them are under way.
 *
 * The server counts a request when it arrives: after its sending, before its answer. So a request holds its place in a
 * window from its sending until
 *
 *     sent      arrived      answered                          free again
 *      |···········|············|── window + margin − head start ──|
 *
 * where the head start is what any request surely takes. The next request arrives later than it is sent, and this one
 * arrived earlier than it was answered: by at least that time, the two together.
 */
export class Limiter {
  private readonly quotas: Quotas;
  private readonly maxConcurrentRequests: number;
  private readonly clock: Clock;
  private readonly startedAt: number;
  private underWay = 0;
  /** When answers came, the oldest first. Never fewer than the largest quota has places, and not twice as many. */
  private readonly answeredAt: number[] = [];
  private readonly mostPlaces: number;
  /** How long the last ENOUGH_ANSWERS answers took. */
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
   * The server's figures are about the first of the quotas.
   * `onWait` is called before each wait: until when (epoch milliseconds).
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
   * Resolves when a request may be sent, in the order of the calls. The ticket must be given back, with `answered` or `cancel`.
   * Rejects at once when the signal aborts, whatever the others wait for.
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

  /** A request that was let through was not sent. */
  cancel(): void {
    this.underWay -= 1;
    this.wake();
  }

  /** An answer came, or none will. */
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
   * The server refused a request for its quota. Nothing is sent for `waitMs`, and less often then.
   * `remaining`: what it says is left of the first quota; undefined where it does not say.
   */
  refused({ sentAt }: Ticket, waitMs: number, remaining: number | undefined): void {
    const now = this.clock.now();
    const isBurst = remaining === undefined ? waitMs <= BURST_MS && now - this.lastRefusedAt > AGAIN_MS : remaining > 0;
    this.pace.refused(sentAt, now, isBurst ? undefined : this.answersSince(now - this.quotas[0].windowMs));
    this.lastRefusedAt = now;
    this.pausedUntil = Math.max(this.pausedUntil, now + waitMs);
  }

  /** About how long it takes until so many more requests have been let through, if no other program uses the quotas. */
  waitMs(requests: number): number {
    const now = this.clock.now();
    // Those under way take their places no earlier than now.
    const places = [...this.answeredAt, ...Array.from({ length: this.underWay }, () => now)];
    let at = Math.max(now, this.pausedUntil, this.pace.freeAt);
    for (let sent = 0; sent < requests; sent += 1) {
      if (sent > 0) at += this.pace.gapMs;
      if (this.server !== undefined && this.server.left <= sent) at = Math.max(at, this.server.until);
      for (const quota of this.quotas) at = Math.max(at, (places.at(-quota.limit) ?? -Infinity) + this.heldMs(quota));
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

  /** The earliest moment at which one more request may fit, as far as is known now. */
  private freeAt(now: number): number {
    let free = Math.max(this.pausedUntil, this.pace.freeAt);
    if (this.server !== undefined && this.server.until <= now) this.server = undefined;
    if (this.server !== undefined && this.server.left <= 0) free = Math.max(free, this.server.until);
    return Math.max(free, ...this.quotas.map((quota) => this.quotaFreeAt(quota, now)));
  }

  private quotaFreeAt(quota: Quota, now: number): number {
    const knownFrom = this.startedAt + quota.windowMs;
    const isUnknown = quota.windowMs <= UNKNOWN_WINDOW_MS && now >= this.startedAt && now < knownFrom;
    if (!isUnknown) return this.windowFreeAt(quota, now);
    return Math.min(this.windowFreeAt({ ...quota, limit: Math.ceil(quota.limit / 2) }, now), knownFrom);
  }

  /** How long after its answer a request holds its place. */
  private heldMs({ windowMs }: Quota): number {
    return windowMs * (1 + MARGIN) - this.headStartMs;
  }

  private windowFreeAt(quota: Quota, now: number): number {
    const { limit, windowMs } = quota;
    const heldMs = this.heldMs(quota);
    const places = limit - this.underWay;
    // All under way: no place is free before an answer came, and that is not before now.
    if (places <= 0) return now + Math.max(heldMs, windowMs * MARGIN);
    const last = this.answeredAt[this.answeredAt.length - places];
    return last === undefined ? now : last + heldMs;
  }

  private answersSince(time: number): number {
    return this.answeredAt.length - 1 - this.answeredAt.findLastIndex((at) => at <= time);
  }

  /** The fastest of the last answers, less the spread: a request yet to come may be faster, but hardly by more. */
  private learn(tookMs: number): void {
    this.tookMs.push(tookMs);
    if (this.tookMs.length > ENOUGH_ANSWERS) this.tookMs.shift();
    const fastest = Math.min(...this.tookMs);
    const spread = Math.max(...this.tookMs) - fastest;
    this.headStartMs = this.tookMs.length < ENOUGH_ANSWERS ? 0 : Math.max(0, fastest - spread);
  }

  /** Requests under way may not be counted in the server's figure yet. Answers overtake each other: the lower figure holds. */
  private observe({ remaining, resetMs }: ServerQuota): void {
    if (resetMs > LONGEST_RESET_MS || this.isOurs(remaining)) return;
    const left = remaining - this.underWay;
    const until = this.clock.now() + resetMs;
    const known = this.server;
    const sameWindow = known !== undefined && Math.abs(known.until - until) < SAME_RESET_MS;
    this.server = { left: sameWindow ? Math.min(known.left, left) : left, until };
  }

  /**
   * Whether our own requests explain how few the server has left. Then our windows hold us back well enough, to the
   * millisecond where the server says whole seconds. Where they do not explain it, other programs use the quota too.
   */
  private isOurs(remaining: number): boolean {
    const [{ limit, windowMs }] = this.quotas;
    const now = this.clock.now();
    return this.windowFreeAt({ limit: limit - remaining, windowMs }, now) > now;
  }
}
