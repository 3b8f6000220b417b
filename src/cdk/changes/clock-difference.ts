import type { Clocks } from '../http/clocks.ts';
import type { LogLevel } from '../protocol/messages.ts';

/** Clock differences up to this are normal. A time in a state may be later than both clocks by at most this. */
export const CLOCK_TOLERANCE_MS = 5 * 60_000;

/** Logs one WARN per sync if the server's clock and our own differ. */
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
      `The server's Date header and the clock of this machine differ by ${minutes} minutes. The cursor uses the earlier of the two. Check the clock of this machine.`,
    );
  }
}
