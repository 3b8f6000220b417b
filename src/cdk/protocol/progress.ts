/** A line for so many records or milliseconds, whichever comes first: long work is seen to go on, short work is not told. */
const LINE_EVERY_RECORDS = 10_000;
const LINE_EVERY_MS = 30_000;

/** What the log tells of a stream that is read. */
export class Progress {
  private readonly name: string;
  private readonly now: () => number;
  private readonly begunMs: number;
  private records = 0;
  private total: number | undefined;
  private told: { records: number; at: number };

  /** `now`: epoch milliseconds. */
  constructor(name: string, now: () => number) {
    this.name = name;
    this.now = now;
    this.begunMs = now();
    this.told = { records: 0, at: this.begunMs };
  }

  expect(total: number): void {
    this.total = total;
  }

  /** A sentence, where it is time for one. */
  add(records: number): string | undefined {
    this.records += records;
    const at = this.now();
    if (this.records < this.told.records + LINE_EVERY_RECORDS && at < this.told.at + LINE_EVERY_MS) return undefined;
    this.told = { records: this.records, at };
    const total = this.total === undefined ? '' : ` of ${this.total}`;
    const rate = Math.round((1000 * this.records) / Math.max(1, at - this.begunMs));
    return `${this.name}: ${this.records}${total} records so far, ${rate} a second.`;
  }

  summary(outcome: 'complete' | 'incomplete'): string {
    const seconds = (this.now() - this.begunMs) / 1000;
    return `${this.name}: ${this.records} records in ${seconds.toFixed(1)} s, ${outcome}.`;
  }
}
