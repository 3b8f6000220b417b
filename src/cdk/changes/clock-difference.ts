import type { Clocks } from '../http/clocks.ts';
import type { LogLevel } from '../protocol/messages.ts';

/** Also how much later than both clocks a time in a state may be. */
export const CLOCK_TOLERANCE_MS = 5 * 60_000;

/** Warns once a sync that the server's clock and our own differ. */
export class ClockDifference {
  private readonly log: (level: LogLevel, sentence: string) => void;
  private hasWarned = false;

  constructor(log: (level: LogLevel, sentence: string) => void) {
    this.log = log;
  }

  note({ earlier, later }: Clocks): void {
    if (this.hasWarned || later - earlier <= CLOCK_TOLERANCE_MS) return;
    this.hasWarned = true;
    const minutes = Math.round((later - earlier) / 60_000);
    this.log(
      'WARN',
      `The server's Date header and the clock of this machine differ by ${minutes} minutes. Cursors go by the earlier of the two. Check the clock of this machine.`,
    );
  }
}
