import type { Clock } from '../cdk/index.ts';

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
  answeredAt: number | undefined;
}

/**
 * Windows are kept this much longer than the server's: the two clocks drift, and a request may overtake another.
 * Costs 1 % of the pace at most.
 */
const MARGIN = 0.01;

/** Seconds. A server whose quota comes back later is not waited for here; its 429 tells how long it would take. */
const LONGEST_RESET = 600;

/**
 * Lets requests through so that the server never counts more than its quotas allow, in sliding windows.
 *
 * The server counts a request when it arrives, later than we send it and by an unknown time. What is known is the fastest
 * answer so far: a request that took longer than that may have arrived late by the difference, a new connection's first
 * request by its handshake. So a place in a window is free again only when
 *
 *     sent          arrived at the latest            free again
 *      |── lateness ──|────── window + margin ────────|
 *
 * where lateness = time until the answer (until now, without one) − fastest answer.
 */
export class Limiter {
  private readonly quotas: readonly Quota[];
  private readonly clock: Clock;
  private readonly tickets: Ticket[] = [];
  private fastest = Number.POSITIVE_INFINITY;
  private underWay = 0;
  private pausedUntil = 0;
  private server: { left: number; until: number } | undefined;
  private queue: Promise<unknown> = Promise.resolve();
  private readonly onWait: (until: number) => void;

  /** `onWait` hears of each wait, before it: until when (epoch milliseconds). */
  constructor(quotas: readonly Quota[], clock: Clock, onWait: (until: number) => void = () => {}) {
    this.quotas = quotas;
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
    ticket.answeredAt = this.clock.now();
    this.underWay -= 1;
    this.fastest = Math.min(this.fastest, ticket.answeredAt - ticket.sentAt);
    if (server !== undefined) this.observe(server);
  }

  /** Nothing is sent before `until` (epoch milliseconds). */
  pause(until: number): void {
    this.pausedUntil = Math.max(this.pausedUntil, until);
  }

  private async admit(signal: AbortSignal): Promise<Ticket> {
    for (;;) {
      const now = this.clock.now();
      const free = this.freeAt(now);
      if (free <= now) break;
      this.onWait(free);
      await this.clock.sleep(free - now, signal);
    }
    signal.throwIfAborted();
    const ticket: Ticket = { sentAt: this.clock.now(), answeredAt: undefined };
    this.tickets.push(ticket);
    this.underWay += 1;
    if (this.server) this.server.left -= 1;
    return ticket;
  }

  /** The earliest moment at which one more request fits, as far as it is known now; later knowledge only defers it. */
  private freeAt(now: number): number {
    let free = this.pausedUntil;
    if (this.server !== undefined && this.server.until <= now) this.server = undefined;
    if (this.server !== undefined && this.server.left <= 0) free = Math.max(free, this.server.until);
    this.forget(now);
    for (const quota of this.quotas) {
      if (this.tickets.length >= quota.limit) free = Math.max(free, this.windowFreeAt(quota, now));
    }
    return free;
  }

  private windowFreeAt({ limit, milliseconds }: Quota, now: number): number {
    const taken = this.tickets.map((ticket) => this.latestArrival(ticket, now) + milliseconds * (1 + MARGIN));
    const stillTaken = taken.filter((until) => until > now).sort((a, b) => a - b);
    return stillTaken[stillTaken.length - limit] ?? now;
  }

  private latestArrival(ticket: Ticket, now: number): number {
    const took = (ticket.answeredAt ?? now) - ticket.sentAt;
    return ticket.sentAt + Math.max(0, took - this.fastest);
  }

  private forget(now: number): void {
    const longest = Math.max(...this.quotas.map((quota) => quota.milliseconds)) * (1 + MARGIN);
    const isOver = (ticket: Ticket): boolean =>
      ticket.answeredAt !== undefined && this.latestArrival(ticket, now) + longest <= now;
    const firstKept = this.tickets.findIndex((ticket) => !isOver(ticket));
    this.tickets.splice(0, firstKept === -1 ? this.tickets.length : firstKept);
  }

  /** Requests under way may not be counted in the server's figure yet. Answers overtake each other: the lower figure holds. */
  private observe({ remaining, reset }: ServerQuota): void {
    if (reset > LONGEST_RESET) return;
    const left = remaining - this.underWay;
    const until = this.clock.now() + reset * 1000;
    const known = this.server;
    const sameWindow = known !== undefined && Math.abs(known.until - until) < 2000;
    this.server = { left: sameWindow ? Math.min(known.left, left) : left, until };
  }
}
