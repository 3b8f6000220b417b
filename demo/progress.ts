import type { Column, Screen } from './show.ts';
import { number } from './show.ts';
import type { StreamRun, Sync } from './sync.ts';

const COLUMNS: readonly Column[] = [
  { title: 'stream' },
  { title: 'records', align: 'right' },
  { title: 'requests', align: 'right' },
  { title: 'seconds', align: 'right' },
];

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
    this.live = screen.canRedraw([...this.lines(), this.note()]);
  }

  update(run: StreamRun): void {
    if (this.live) this.redraw();
    else if (run.status === 'complete') this.screen.print(`  ${run.name}: ${number(run.records, 0)} records`);
    else if (run.status === 'failed') this.screen.print(`  ${run.name}: failed`);
  }

  /** Shows a log line of the connector about a wait. */
  waiting(line: string): void {
    if (this.live) this.redraw();
    else this.screen.print(`  ${line}`);
  }

  /** Call every second, to update the remaining seconds of a wait. */
  tick(): void {
    if (this.live) this.redraw();
  }

  finish(): void {
    if (this.live) {
      this.screen.redraw([...this.lines(), '']);
      this.screen.settle();
    } else {
      this.screen.say();
      for (const line of this.lines()) this.screen.print(line);
      this.screen.say();
    }
  }

  private redraw(): void {
    const now = this.now();
    if (now < this.drawnAt + FRAME) return;
    this.drawnAt = now;
    this.screen.redraw([...this.lines(), this.note()]);
  }

  private lines(): string[] {
    const { runs } = this.sync;
    const rows = runs.map((run) => [
      run.name,
      run.status === 'waiting' ? '' : number(run.records, 0),
      run.status === 'waiting' ? '' : number(run.requests, 0),
      secondsOf(run, this.now()),
    ]);
    const sum = (of: (run: StreamRun) => number): string =>
      number(
        runs.reduce((total, run) => total + of(run), 0),
        0,
      );
    const begun = runs.filter(({ startedAt }) => startedAt > 0);
    const first = Math.min(...begun.map(({ startedAt }) => startedAt));
    const last = Math.max(...begun.map(({ endedAt }) => endedAt));
    const took = begun.length === 0 ? 0 : last - first;
    const total = ['total', sum(({ records }) => records), sum(({ requests }) => requests), number(took / 1000, 1)];
    const lines = this.screen.tableLines(COLUMNS, [...rows, total]);
    return [...lines.slice(0, -1), this.screen.style('bold', lines.at(-1) ?? '')];
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
  switch (status) {
    case 'waiting':
      return '';
    case 'reading':
      return '…';
    case 'failed':
      return 'failed';
    case 'complete':
      return number((endedAt - startedAt) / 1000, 1);
  }
}
