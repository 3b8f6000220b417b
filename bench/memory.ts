import { readByConnector } from './connector.ts';
import { serve } from './process.ts';
import { median, printTable } from './table.ts';

const RUNS = 3;

/** Peak memory for growing numbers of records, and the time to the first record. */
export async function memory(): Promise<void> {
  const rows: Record<string, string | number>[] = [];
  for (const records of [10_000, 100_000, 1_000_000]) {
    await serve(records, async ({ url }) => {
      const runs = [];
      for (let run = 0; run < RUNS; run += 1) runs.push(await readByConnector(url, records));
      rows.push({
        records,
        'peak RSS MB': median(runs.map(({ peakRssMb }) => peakRssMb)).toFixed(0),
        'first record after s': median(runs.map(({ firstSeconds }) => firstSeconds)).toFixed(2),
        'wall s': median(runs.map(({ wallSeconds }) => wallSeconds)).toFixed(1),
      });
    });
  }
  printTable(`Memory; medians of ${RUNS}`, rows);
}
