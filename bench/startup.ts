import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runVerb } from './connector.ts';
import { inFolder, inTurn, type Measured, measure, serve } from './process.ts';
import { median, printTable } from './table.ts';

const RUNS = 15;

/** The time of each verb with almost no work, compared with the start of Node itself. */
export async function startup(): Promise<void> {
  const measured = await inFolder(async (folder) => {
    const empty = join(folder, 'empty.mjs');
    await writeFile(empty, '');
    return serve(1, ({ url }) =>
      inTurn(RUNS, {
        'an empty script': () => measure(process.execPath, [empty]),
        spec: () => runVerb(url, 'spec'),
        check: () => runVerb(url, 'check'),
        discover: () => runVerb(url, 'discover'),
        read: () => runVerb(url, 'read'),
      }),
    );
  });
  const seconds = (runs: readonly Measured[]): number => median(runs.map(({ wallSeconds }) => wallSeconds));
  const base = seconds(measured.get('an empty script') ?? []);
  printTable(
    `Start-up; medians of ${RUNS}`,
    [...measured].map(([name, runs]) => ({
      '': name,
      ms: (seconds(runs) * 1000).toFixed(0),
      'compared with an empty script': (seconds(runs) / base).toFixed(2),
    })),
  );
}
