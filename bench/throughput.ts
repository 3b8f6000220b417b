import { spawnSync } from 'node:child_process';
import { readByConnector } from './connector.ts';
import { pythonReader } from './peers.ts';
import { built, type Measured, measure, node, serve } from './process.ts';
import { median, printTable } from './table.ts';

const ROWS = 100_000;
const OURS = 'source-float';

type Used = Pick<Measured, 'wallSeconds' | 'cpuSeconds' | 'peakRssMb'>;

interface Way {
  readonly name: string;
  readonly runs: number;
  readonly read: () => Promise<Used>;
}

/** The cost of reading itself, from a server without a quota. */
export async function throughput(peers: boolean): Promise<void> {
  await serve('server.js', [ROWS], async ({ url }) => {
    const ways: Way[] = [
      { name: OURS, runs: 7, read: () => readByConnector(url, ROWS) },
      {
        name: 'bare reader',
        runs: 7,
        read: () => measure(process.execPath, node(built('bare-reader.js'), url), { records: ROWS }),
      },
      { name: 'parse + stringify, in process', runs: 7, read: floor },
      ...(peers ? [{ name: 'Python CDK, declarative', runs: 3, read: await pythonReader(url, ROWS) }] : []),
    ];
    const seen = new Map(ways.map(({ name }) => [name, [] as Used[]]));
    // Readers alternate, so that other load on the machine affects all of them.
    for (let run = 0; run < 7; run += 1) {
      for (const { name, runs, read } of ways) if (run < runs) seen.get(name)?.push(await read());
    }
    const middle = (name: string, what: keyof Used): number => median((seen.get(name) ?? []).map((used) => used[what]));
    const times = (name: string, what: keyof Used): string => fixed(middle(OURS, what) / middle(name, what), 2);
    printTable(
      `Throughput: ${ROWS} records in ${ROWS / 200} pages, no quota; medians`,
      ways.map(({ name }) => ({
        '': name,
        'wall s': fixed(middle(name, 'wallSeconds'), 2),
        'records/s': fixed(ROWS / middle(name, 'wallSeconds'), 0),
        'CPU s': fixed(middle(name, 'cpuSeconds'), 2),
        'peak RSS MB': fixed(middle(name, 'peakRssMb'), 0),
        'wall time of source-float ÷ this': times(name, 'wallSeconds'),
        'CPU time of source-float ÷ this': times(name, 'cpuSeconds'),
      })),
    );
  });
}

/** CPU time of the conversion alone, without start-up and preparation of data. */
async function floor(): Promise<Used> {
  const { stdout } = spawnSync(process.execPath, [built('floor.js'), String(ROWS)], { encoding: 'utf8' });
  const { seconds } = JSON.parse(stdout);
  return { wallSeconds: Number.NaN, cpuSeconds: seconds, peakRssMb: Number.NaN };
}

function fixed(value: number, digits: number): string {
  return Number.isNaN(value) ? '' : value.toFixed(digits);
}
