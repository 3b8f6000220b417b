import { counted } from './counted.ts';
import type { Step } from './source.ts';

/**
 * A progress line is due after this many records or milliseconds, whichever comes first. Short streams have no progress line.
 */
const LINE_EVERY_RECORDS = 10_000;
const LINE_EVERY_MS = 30_000;

/** Shorter waits and shorter remaining times are not logged. */
const ANNOUNCED_MS = 5_000;

/** Log messages about the progress of one stream. */
export class Progress {
  private readonly name: string;
  private readonly now: () => number;
  private readonly begunMs: number;
  private records = 0;
  private total: number | undefined;
  private lastLine: { records: number; at: number };
  private step: { loggedAt: number | undefined } | undefined;

  /** `now`: epoch milliseconds. */
  constructor(name: string, now: () => number) {
    this.name = name;
    this.now = now;
    this.begunMs = now();
    this.lastLine = { records: 0, at: this.begunMs };
  }

  expect(total: number): void {
    this.total = total;
  }

  /**
   * The log message before a step. Undefined if less than 5 seconds of work are left. Else one is due before the first step, before
   * a wait of 5 seconds or more, and 30 seconds after the last message.
   */
  begin({ unit, number, of, waitMs, leftMs }: Step): string | undefined {
    this.step ??= { loggedAt: undefined };
    if (leftMs < ANNOUNCED_MS) return undefined;
    const at = this.now();
    const { loggedAt } = this.step;
    if (loggedAt !== undefined && waitMs < ANNOUNCED_MS && at < loggedAt + LINE_EVERY_MS) return undefined;
    this.step.loggedAt = at;
    return `${this.name}: ${unit} ${number} of ${of}, about ${durationOf(leftMs)} left.`;
  }

  /**
   * Counts records. Returns a log message if one is due. A stream with steps has no such message, because the steps are logged.
   */
  add(records: number): string | undefined {
    this.records += records;
    if (this.step !== undefined) return undefined;
    const at = this.now();
    if (this.records < this.lastLine.records + LINE_EVERY_RECORDS && at < this.lastLine.at + LINE_EVERY_MS)
      return undefined;
    this.lastLine = { records: this.records, at };
    const soFar =
      this.total === undefined
        ? counted(this.records, 'record')
        : `${this.records} of ${counted(this.total, 'record')}`;
    const rate = Math.round((1000 * this.records) / Math.max(1, at - this.begunMs));
    return `${this.name}: ${soFar} so far, ${rate} a second.`;
  }

  summary(outcome: 'complete' | 'incomplete'): string {
    const seconds = (this.now() - this.begunMs) / 1000;
    return `${this.name}: ${counted(this.records, 'record')} in ${seconds.toFixed(1)} s, ${outcome}.`;
  }
}

/** `40 s`, `12 min` */
function durationOf(ms: number): string {
  return ms < 120_000 ? `${Math.ceil(ms / 1000)} s` : `${Math.round(ms / 60_000)} min`;
}
