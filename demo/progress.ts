import { boxed, number, type Screen } from './show.ts';
import type { StreamRun, Sync } from './sync.ts';

/** Minimum milliseconds between two redraws. */
const FRAME = 80;

/**
 * Shows a sync as a table that is redrawn while it runs. If the terminal cannot do that: one line for each stream and each wait,
 * and the table at the end. `now`: epoch milliseconds.
 */
export class Progress {
  private readonly screen: Screen;
  private readonly sync: Sync;
  private readonly live: boolean;
  private readonly now: () => number;
  private drawnAt = 0;

  constructor(screen: Screen, sync: Sync, now = Date.now) {
    this.screen = screen;
    this.sync = sync;
    this.now = now;
    this.live = screen.canRedraw(this.table());
  }

  update({ name, status, records }: StreamRun): void {
    if (this.live) this.tick();
    else if (status === 'complete') this.screen.print(`  ${name}: ${number(records, 0)} records`);
    else if (status === 'failed') this.screen.print(`  ${name}: failed`);
  }

  waiting(line: string): void {
    if (this.live) this.tick();
    else this.screen.print(`  ${line}`);
  }

  /** Call every second, to update the remaining seconds of a wait. */
  tick(): void {
    const now = this.now();
    if (!this.live || now < this.drawnAt + FRAME) return;
    this.drawnAt = now;
    this.screen.redraw(`${this.table()}\n${this.note()}`);
  }

  finish(): void {
    if (this.live) {
      this.screen.redraw(`${this.table()}\n`);
      this.screen.settle();
    } else this.screen.print(`\n${this.table()}\n`);
  }

  private table(): string {
    const { runs } = this.sync;
    const rows = runs.map((run) => {
      const numbers = run.status === 'waiting' ? ['', ''] : [number(run.records, 0), number(run.requests, 0)];
      return [run.name, ...numbers, secondsOf(run, this.now())];
    });
    const sum = (key: 'records' | 'requests'): string => {
      const total = runs.reduce((sum, run) => sum + run[key], 0);
      return number(total, 0);
    };
    const begun = runs.filter(({ startedAt }) => startedAt > 0);
    const first = Math.min(...begun.map(({ startedAt }) => startedAt));
    const last = Math.max(...begun.map(({ endedAt }) => endedAt));
    const seconds = begun.length === 0 ? 0 : (last - first) / 1000;
    rows.push(['total', sum('records'), sum('requests'), number(seconds, 1)]);
    return boxed(['stream', 'records', 'requests', 'seconds'], rows, (column) => column > 0).toString();
  }

  /** The last log line of the connector; during a wait, the last line about it. */
  private note(): string {
    const { runs, note, waiting } = this.sync;
    const waits = runs.some((run) => secondsToWait(run, this.now()) > 0);
    return this.screen.style('dim', `  ${waits ? waiting : note}`.slice(0, this.screen.width));
  }
}

function secondsToWait({ status, waitsUntil }: StreamRun, now: number): number {
  return status === 'reading' ? Math.max(0, Math.ceil((waitsUntil - now) / 1000)) : 0;
}

function secondsOf(run: StreamRun, now: number): string {
  const { status, startedAt, endedAt } = run;
  const wait = secondsToWait(run, now);
  if (wait > 0) return `waits ${wait} s`;
  if (status === 'complete') return number((endedAt - startedAt) / 1000, 1);
  return { waiting: '', reading: '…', failed: 'failed' }[status];
}
