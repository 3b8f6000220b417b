import type { Clock } from '../protocol/clock.ts';
import { Pace } from './pace.ts';

/** At most `limit` requests in any `milliseconds`. */
export interface Quota {
  readonly limit: number;
  readonly milliseconds: number;
}

/** What a server says of its own count: requests left until it counts anew, in `reset` seconds. */
export interface ServerQuota {
  readonly remaining: number;
  readonly reset: number;
}

/** One request that was let through. */
export interface Ticket {
  readonly sentAt: number;
}

/** Windows are kept this much longer than the server's, because the two clocks drift. Costs 1 % of the pace at most. */
const MARGIN = 0.01;

/** Seconds. A server whose quota comes back later is not waited for here; its 429 tells how long it would take. */
const LONGEST_RESET = 600;

/** Milliseconds. What frees itself within them may be the server's limit for bursts. */
const BURST = 2_000;

/** Milliseconds. Refused again so soon after a wait, it was no burst. */
const AGAIN = 10_000;

/** How many answers show what a request takes. Twice the most connections: the first request of each is slow. */
const ENOUGH_ANSWERS = 32;

/**
 * Lets requests through so that the server never counts more than its quotas allow, in sliding windows, and no more than
 * `atOnce` of them are under way.
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
  private readonly quotas: readonly [Quota, ...Quota[]];
  private readonly atOnce: number;
  private readonly clock: Clock;
  private underWay = 0;
  /** When answers came, the oldest first. Never fewer than the largest quota has places, and not twice as many. */
  private readonly answeredAt: number[] = [];
  private readonly mostPlaces: number;
  /** How long the last ENOUGH_ANSWERS answers took. */
  private readonly took: number[] = [];
  private headStart = 0;
  private readonly pace: Pace;
  private lastRefusedAt = Number.NEGATIVE_INFINITY;
  private pausedUntil = 0;
  private server: { left: number; until: number } | undefined;
  private queue: Promise<unknown> = Promise.resolve();
  private wake: () => void = () => {};
  private readonly onWait: (until: number) => void;

  /**
   * The first of the quotas is the one that the server's figures tell of.
   * `onWait` hears of each wait, before it: until when (epoch milliseconds).
   */
  constructor(
    quotas: readonly [Quota, ...Quota[]],
    atOnce: number,
    clock: Clock,
    onWait: (until: number) => void = () => {},
  ) {
    this.quotas = quotas;
    this.atOnce = atOnce;
    this.mostPlaces = Math.max(...quotas.map((quota) => quota.limit));
    const perMinute = quotas.map(({ limit, milliseconds }) => (limit * 60_000) / milliseconds);
    this.pace = new Pace(Math.min(...perMinute), Math.max(...perMinute));
    this.clock = clock;
    this.onWait = onWait;
  }

  /** Resolves when a request may be sent, in the order of the calls. The ticket must be given back with `answered`. */
  acquire(signal: AbortSignal): Promise<Ticket> {
    const turn = this.queue.then(() => this.admit(signal));
    this.queue = turn.catch(() => undefined);
    return turn;
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
   * The server refused a request for its quota. Nothing is sent for `wait` milliseconds, and less often then.
   * `remaining`: what it says is left of the first quota; undefined where it does not say.
   */
  refused({ sentAt }: Ticket, wait: number, remaining: number | undefined): void {
    const now = this.clock.now();
    const isBurst = remaining === undefined ? wait <= BURST && now - this.lastRefusedAt > AGAIN : remaining > 0;
    this.pace.refused(sentAt, now, isBurst ? undefined : this.answersSince(now - this.quotas[0].milliseconds));
    this.lastRefusedAt = now;
    this.pausedUntil = Math.max(this.pausedUntil, now + wait);
  }

  private async admit(signal: AbortSignal): Promise<Ticket> {
    for (;;) {
      if (this.underWay >= this.atOnce) await this.untilAnswered();
      const now = this.clock.now();
      const free = this.freeAt(now);
      if (free <= now) break;
      this.onWait(free);
      await this.clock.sleep(free - now, signal);
    }
    signal.throwIfAborted();
    this.underWay += 1;
    if (this.server) this.server.left -= 1;
    const sentAt = this.clock.now();
    this.pace.sent(sentAt);
    return { sentAt };
  }

  private untilAnswered(): Promise<void> {
    return new Promise((resolve) => {
      this.wake = resolve;
    });
  }

  /** The earliest moment at which one more request may fit, as far as is known now. */
  private freeAt(now: number): number {
    let free = Math.max(this.pausedUntil, this.pace.freeAt);
    if (this.server !== undefined && this.server.until <= now) this.server = undefined;
    if (this.server !== undefined && this.server.left <= 0) free = Math.max(free, this.server.until);
    return Math.max(free, ...this.quotas.map((quota) => this.windowFreeAt(quota, now)));
  }

  private windowFreeAt({ limit, milliseconds }: Quota, now: number): number {
    const held = milliseconds * (1 + MARGIN) - this.headStart;
    const places = limit - this.underWay;
    // All under way: no place is free before an answer came, and that is not before now.
    if (places <= 0) return now + Math.max(held, milliseconds * MARGIN);
    const last = this.answeredAt[this.answeredAt.length - places];
    return last === undefined ? now : last + held;
  }

  private answersSince(time: number): number {
    return this.answeredAt.length - 1 - this.answeredAt.findLastIndex((at) => at <= time);
  }

  /** The fastest of the last answers, less the spread: a request yet to come may be faster, but hardly by more. */
  private learn(took: number): void {
    this.took.push(took);
    if (this.took.length > ENOUGH_ANSWERS) this.took.shift();
    const fastest = Math.min(...this.took);
    const spread = Math.max(...this.took) - fastest;
    this.headStart = this.took.length < ENOUGH_ANSWERS ? 0 : Math.max(0, fastest - spread);
  }

  /** Requests under way may not be counted in the server's figure yet. Answers overtake each other: the lower figure holds. */
  private observe({ remaining, reset }: ServerQuota): void {
    if (reset > LONGEST_RESET || this.isOurs(remaining)) return;
    const left = remaining - this.underWay;
    const until = this.clock.now() + reset * 1000;
    const known = this.server;
    const sameWindow = known !== undefined && Math.abs(known.until - until) < 2000;
    this.server = { left: sameWindow ? Math.min(known.left, left) : left, until };
  }

  /**
   * Whether our own requests explain how few the server has left. Then our windows hold us back well enough, to the
   * millisecond where the server says whole seconds. Where they do not explain it, other programs use the quota too.
   */
  private isOurs(remaining: number): boolean {
    const [{ limit, milliseconds }] = this.quotas;
    const now = this.clock.now();
    return this.windowFreeAt({ limit: limit - remaining, milliseconds }, now) > now;
  }
}
