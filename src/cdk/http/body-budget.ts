const MEGABYTE = 1024 * 1024;

/** Limit for one body, both compressed and decompressed. A page of 200 rows has about 100 kB. */
const ONE_BYTES = 64 * MEGABYTE;
/** Limit for all bodies in memory at the same time. */
const ALL_BYTES = 128 * MEGABYTE;

/**
 * The memory that all bodies share from their first byte until they are parsed. The oldest body may always grow to the limit of
 * one body, so it always completes and there is no deadlock. The other bodies share the rest.
 */
export class BodyBudget {
  /** Limit for one body. */
  readonly oneBytes: number;
  private readonly othersBytes: number;
  /** Bytes of each body, in the order of their first bytes. */
  private readonly held = new Map<BodyShare, number>();
  private readonly waiting = new Set<() => void>();

  constructor(oneBytes = ONE_BYTES, allBytes = ALL_BYTES) {
    this.oneBytes = oneBytes;
    this.othersBytes = allBytes - oneBytes;
  }

  get heldBytes(): number {
    let sum = 0;
    for (const bytes of this.held.values()) sum += bytes;
    return sum;
  }

  share(): BodyShare {
    return new BodyShare(this);
  }

  limitBytesOf(share: BodyShare): number {
    const [first] = this.held.entries();
    if (first === undefined || first[0] === share) return this.oneBytes;
    const others = this.heldBytes - first[1] - (this.held.get(share) ?? 0);
    return Math.min(this.oneBytes, this.othersBytes - others);
  }

  hold(share: BodyShare, bytes: number): boolean {
    if (bytes > this.limitBytesOf(share)) return false;
    this.held.set(share, bytes);
    return true;
  }

  released(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const wake = (): void => {
        this.waiting.delete(wake);
        signal.removeEventListener('abort', stop);
        resolve();
      };
      const stop = (): void => {
        this.waiting.delete(wake);
        reject(signal.reason);
      };
      if (signal.aborted) return stop();
      this.waiting.add(wake);
      signal.addEventListener('abort', stop, { once: true });
    });
  }

  release(share: BodyShare): void {
    if (this.held.delete(share)) for (const wake of [...this.waiting]) wake();
  }
}

/** The share of one body in the budget. */
export class BodyShare {
  private readonly budget: BodyBudget;

  constructor(budget: BodyBudget) {
    this.budget = budget;
  }

  /** The limit for this body once it is the oldest. */
  get largestBytes(): number {
    return this.budget.oneBytes;
  }

  /** The limit for this body now. */
  get limitBytes(): number {
    return this.budget.limitBytesOf(this);
  }

  /** Sets the size of this body to `bytes`. Returns false and changes nothing if that is more than `limitBytes`. */
  hold(bytes: number): boolean {
    return this.budget.hold(this, bytes);
  }

  /** Resolves when another body is released; rejects with the signal's reason. */
  otherReleased(signal: AbortSignal): Promise<void> {
    return this.budget.released(signal);
  }

  release(): void {
    this.budget.release(this);
  }
}
