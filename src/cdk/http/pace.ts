/** A 429 lowers the pace to this fraction. */
const SLOWED = 0.85;

/** Each request raises the pace by this many requests a minute. The longer ago the last 429 is, the larger the increase. */
const QUICKENED = 0.3;

/** The pace never falls below this fraction of the quota. */
const LEAST = 0.05;

const MINUTE_MS = 60_000;

/**
 * The pace of requests while other programs use the same quota. We cannot see their usage, so we infer it from 429 responses,
 * as TCP congestion control does. A 429 lowers the pace. Each request raises it again. The longer ago the 429 is, the larger
 * the increase. Meanwhile requests are spread evenly, because requests that are sent in a burst are refused together.
 */
export class Pace {
  /** Requests a minute that the quotas allow: on average, and in a short burst. */
  private readonly lasting: number;
  private readonly fastest: number;
  private perMinute = Number.POSITIVE_INFINITY;
  private slowedAt = Number.NEGATIVE_INFINITY;
  private sentAt = Number.NEGATIVE_INFINITY;

  constructor(lasting: number, fastest: number) {
    this.lasting = lasting;
    this.fastest = fastest;
  }

  /** When the next request may be sent. There is no limit until a 429 indicates that other programs use the quota. */
  get freeAt(): number {
    return this.sentAt + this.gapMs;
  }

  /** Time between two requests. */
  get gapMs(): number {
    return MINUTE_MS / this.perMinute;
  }

  sent(now: number): void {
    this.sentAt = now;
    // The clock may be set back, so the difference may be negative.
    this.perMinute += QUICKENED * (1 + Math.max(0, now - this.slowedAt) / MINUTE_MS);
    if (this.perMinute >= this.fastest) this.perMinute = Number.POSITIVE_INFINITY;
  }

  /**
   * A request sent at `sentAt` was refused. `lastMinute`: number of requests answered in the minute before, if the minute quota is
   * used up; undefined if it may have been the burst limit.
   */
  refused(sentAt: number, now: number, lastMinute: number | undefined): void {
    // Requests that were in flight together are refused together. Only the first refusal counts.
    if (sentAt < this.slowedAt) return;
    const inferred = lastMinute === undefined ? this.fastest : Math.max(lastMinute, this.lasting / 4);
    this.perMinute = Math.max(this.lasting * LEAST, SLOWED * Math.min(this.perMinute, inferred));
    this.slowedAt = now;
  }
}
