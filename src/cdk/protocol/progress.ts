/** A line for so many records or milliseconds, whichever comes first: long work is seen to go on, short work is not told. */
const RECORDS_A_LINE = 10_000;
const TIME_A_LINE = 30_000;

/** What the log tells of a stream that is read. */
export class Progress {
  private readonly name: string;
  private readonly now: () => number;
  private readonly begun: number;
  private records = 0;
  private total: number | undefined;
  private told: { records: number; at: number };

  /** `now`: epoch milliseconds. */
  constructor(name: string, now: () => number) {
    this.name = name;
    this.now = now;
    this.begun = now();
    this.told = { records: 0, at: this.begun };
  }

  expect(total: number): void {
    this.total = total;
  }

  /** A sentence, where it is time for one. */
  add(records: number): string | undefined {
    this.records += records;
    const at = this.now();
    if (this.records < this.told.records + RECORDS_A_LINE && at < this.told.at + TIME_A_LINE) return undefined;
    this.told = { records: this.records, at };
    const total = this.total === undefined ? '' : ` of ${this.total}`;
    const rate = Math.round((1000 * this.records) / Math.max(1, at - this.begun));
    return `${this.name}: ${this.records}${total} records so far, ${rate} a second.`;
  }

  summary(outcome: 'complete' | 'incomplete'): string {
    const seconds = (this.now() - this.begun) / 1000;
    return `${this.name}: ${this.records} records in ${seconds.toFixed(1)} s, ${outcome}.`;
  }
}
