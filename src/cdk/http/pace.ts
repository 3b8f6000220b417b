/** A refusal slows to this part of the pace that was refused. */
const SLOWED = 0.85;

/** Each request raises the pace by so many requests a minute; by more, the longer ago the last refusal is. */
const QUICKENED = 0.3;

/** The pace never falls below this part of the quota, however much of it others seem to use. */
const LEAST = 0.05;

const MINUTE_MS = 60_000;

/**
 * How fast requests may follow each other while other programs use the same quota. We cannot see their share, so we infer it
 * from refusals, as TCP does: a refusal lowers the pace, and requests raise it again, the faster the longer ago the refusal is.
 * Requests are spread evenly meanwhile: those that come in bursts are refused in bursts.
 */
export class Pace {
  /** Requests a minute that the server would take at most, for hours and for a moment. */
  private readonly lasting: number;
  private readonly fastest: number;
  private perMinute = Number.POSITIVE_INFINITY;
  private slowedAt = Number.NEGATIVE_INFINITY;
  private sentAt = Number.NEGATIVE_INFINITY;

  constructor(lasting: number, fastest: number) {
    this.lasting = lasting;
    this.fastest = fastest;
  }

  /** When the next request may follow: at any time while no refusal points to other programs. */
  get freeAt(): number {
    return this.sentAt + this.gapMs;
  }

  /** Between two requests. */
  get gapMs(): number {
    return MINUTE_MS / this.perMinute;
  }

  sent(now: number): void {
    this.sentAt = now;
    // A clock may be set back.
    this.perMinute += QUICKENED * (1 + Math.max(0, now - this.slowedAt) / MINUTE_MS);
    if (this.perMinute >= this.fastest) this.perMinute = Number.POSITIVE_INFINITY;
  }

  /**
   * A request was refused that was sent at `sentAt`. `lastMinute`: how many were answered in the minute before, where
   * the minute is what is used up; undefined where it may have been a burst.
   */
  refused(sentAt: number, now: number, lastMinute: number | undefined): void {
    // Those that were under way together are refused together.
    if (sentAt < this.slowedAt) return;
    const inferred = lastMinute === undefined ? this.fastest : Math.max(lastMinute, this.lasting / 4);
    this.perMinute = Math.max(this.lasting * LEAST, SLOWED * Math.min(this.perMinute, inferred));
    this.slowedAt = now;
  }
}
