import type { Column, Screen } from './show.ts';
import { number } from './show.ts';
import type { StreamRun, Sync } from './sync.ts';

const COLUMNS: readonly Column[] = [
  { title: 'stream' },
  { title: 'records', align: 'right' },
  { title: 'requests', align: 'right' },
  { title: 'seconds', align: 'right' },
];

/** Milliseconds between two drawings. */
const FRAME = 80;

/** The table of a sync: drawn over and over while it runs, or, where that cannot be, a line a stream and the table at the end. */
export class Progress {
  private readonly screen: Screen;
  private readonly sync: Sync;
  private readonly live: boolean;
  private drawnAt = 0;

  constructor(screen: Screen, sync: Sync) {
    this.screen = screen;
    this.sync = sync;
    this.live = screen.canRedraw([...this.lines(), this.note()]);
  }

  update(run: StreamRun): void {
    const now = Date.now();
    if (this.live && now >= this.drawnAt + FRAME) {
      this.drawnAt = now;
      this.screen.redraw([...this.lines(), this.note()]);
    } else if (!this.live && run.status === 'complete') {
      this.screen.print(`  ${run.name}: ${number(run.records, 0)} records`);
    } else if (!this.live && run.status === 'failed') {
      this.screen.print(`  ${run.name}: failed`);
    }
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

  private lines(): string[] {
    const { runs } = this.sync;
    const rows = runs.map((run) => [
      run.name,
      run.status === 'waiting' ? '' : number(run.records, 0),
      run.status === 'waiting' ? '' : number(run.requests, 0),
      secondsOf(run),
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

  /** What the connector said last; it waits for the quota or for a server longer than one likes to watch in silence. */
  private note(): string {
    return this.screen.style('dim', `  ${this.sync.note}`.slice(0, this.screen.width));
  }
}

function secondsOf({ status, startedAt, endedAt }: StreamRun): string {
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
