import type { Column, Screen } from './show.ts';
import { number } from './show.ts';
import type { StreamRun } from './sync.ts';

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
  private readonly runs: readonly StreamRun[];
  private readonly requestsOf: (stream: string) => number;
  private readonly live: boolean;
  private drawnAt = 0;

  constructor(screen: Screen, runs: readonly StreamRun[], requestsOf: (stream: string) => number) {
    this.screen = screen;
    this.runs = runs;
    this.requestsOf = requestsOf;
    this.live = screen.canRedraw(this.lines());
  }

  update(run: StreamRun): void {
    const now = Date.now();
    if (this.live && now >= this.drawnAt + FRAME) {
      this.drawnAt = now;
      this.screen.redraw(this.lines());
    } else if (!this.live && run.status === 'complete') {
      this.screen.print(`  ${run.name}: ${number(run.records, 0)} records`);
    }
  }

  finish(): void {
    if (this.live) {
      this.screen.redraw(this.lines());
      this.screen.settle();
    } else {
      this.screen.say();
      for (const line of this.lines()) this.screen.print(line);
    }
  }

  private lines(): string[] {
    const rows = this.runs.map((run) => [
      run.name,
      run.status === 'waiting' ? '' : number(run.records, 0),
      run.status === 'waiting' ? '' : number(this.requestsOf(run.name), 0),
      secondsOf(run),
    ]);
    const sum = (of: (run: StreamRun) => number): number => this.runs.reduce((total, run) => total + of(run), 0);
    const begun = this.runs.filter(({ startedAt }) => startedAt > 0);
    const took =
      begun.length === 0
        ? 0
        : Math.max(...begun.map(({ endedAt }) => endedAt)) - Math.min(...begun.map(({ startedAt }) => startedAt));
    const total = [
      'total',
      number(
        sum(({ records }) => records),
        0,
      ),
      number(
        sum(({ name }) => this.requestsOf(name)),
        0,
      ),
      number(took / 1000, 1),
    ];
    const lines = this.screen.tableLines(COLUMNS, [...rows, total]);
    return [...lines.slice(0, -1), this.screen.style('bold', lines.at(-1) ?? '')];
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
