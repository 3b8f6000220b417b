import { spawnSync } from 'node:child_process';
import { readByConnector } from './connector.ts';
import { pythonReader } from './peers.ts';
import { built, inTurn, type Measured, measure, node, serve } from './process.ts';
import { median, printTable } from './table.ts';

const ROWS = 100_000;
const RUNS = 7;

type Used = Pick<Measured, 'wallSeconds' | 'cpuSeconds' | 'peakRssMb'>;

/** The cost of reading itself, from a server without a quota. */
export async function throughput(peers: boolean): Promise<void> {
  const measured = await serve(ROWS, async ({ url }) =>
    inTurn<Used>(RUNS, {
      'source-float': () => readByConnector(url, ROWS),
      'bare reader': () => measure(process.execPath, node(built('bare-reader.js'), url), ROWS),
      'parse + stringify, in process': floor,
      ...(peers ? { 'Python CDK, declarative': await pythonReader(url, ROWS) } : {}),
    }),
  );
  const middle = (runs: readonly Used[], what: keyof Used): number => median(runs.map((used) => used[what]));
  const ours = measured.get('source-float') ?? [];
  const times = (runs: readonly Used[], what: keyof Used): string => fixed(middle(ours, what) / middle(runs, what), 2);
  printTable(
    `Throughput: ${ROWS} records in ${ROWS / 200} pages, no quota; medians of ${RUNS}`,
    [...measured].map(([name, runs]) => ({
      '': name,
      'wall s': fixed(middle(runs, 'wallSeconds'), 2),
      'records/s': fixed(ROWS / middle(runs, 'wallSeconds'), 0),
      'CPU s': fixed(middle(runs, 'cpuSeconds'), 2),
      'peak RSS MB': fixed(middle(runs, 'peakRssMb'), 0),
      'wall time of source-float ÷ this': times(runs, 'wallSeconds'),
      'CPU time of source-float ÷ this': times(runs, 'cpuSeconds'),
    })),
  );
}

/** CPU time of the conversion alone, without start-up and preparation of data. */
async function floor(): Promise<Used> {
  const { stdout } = spawnSync(process.execPath, [built('floor.js'), String(ROWS)], { encoding: 'utf8' });
  const { cpuSeconds } = JSON.parse(stdout);
  return { wallSeconds: Number.NaN, cpuSeconds, peakRssMb: Number.NaN };
}

function fixed(value: number, digits: number): string {
  return Number.isNaN(value) ? '' : value.toFixed(digits);
}
