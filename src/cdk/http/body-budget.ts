const MEGABYTE = 1024 * 1024;

/** One body, as received and as unpacked. A page of 200 rows has about 100 kB. */
const ONE_BYTES = 64 * MEGABYTE;
/** All bodies that are held at the same time. */
const ALL_BYTES = 128 * MEGABYTE;

/**
 * The memory that bodies share from their first byte until they are parsed.
 * The body that came first may always grow to the limit of one body, so one always finishes and nobody waits for ever.
 * The others share what remains.
 */
export class BodyBudget {
  /** Most bytes of one body. */
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

/** The part of the budget that one body takes. */
export class BodyShare {
  private readonly budget: BodyBudget;

  constructor(budget: BodyBudget) {
    this.budget = budget;
  }

  /** Most bytes that the body may ever have. */
  get largestBytes(): number {
    return this.budget.oneBytes;
  }

  /** Most bytes that the body may have now. */
  get limitBytes(): number {
    return this.budget.limitBytesOf(this);
  }

  /** The body has so many bytes; false, and nothing changes, if these are more than it may have now. */
  hold(bytes: number): boolean {
    return this.budget.hold(this, bytes);
  }

  /** Resolves when another body was released; rejects with the signal's reason. */
  otherReleased(signal: AbortSignal): Promise<void> {
    return this.budget.released(signal);
  }

  release(): void {
    this.budget.release(this);
  }
}
