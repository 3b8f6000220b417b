import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runVerb } from './connector.ts';
import { inFolder, measure, serve } from './process.ts';
import { median, printTable } from './table.ts';

const RUNS = 15;

/** The time of each verb with almost no work, compared with the start of Node itself. */
export async function startup(): Promise<void> {
  await inFolder(async (folder) => {
    const empty = join(folder, 'empty.mjs');
    await writeFile(empty, '');
    await serve('server.js', [1], async ({ url }) => {
      const ways: Record<string, () => Promise<{ wallSeconds: number }>> = {
        'an empty script': () => measure(process.execPath, [empty]),
      };
      for (const verb of ['spec', 'check', 'discover', 'read']) ways[verb] = () => runVerb(url, verb);
      const seen = new Map(Object.keys(ways).map((name) => [name, [] as number[]]));
      for (let run = 0; run < RUNS; run += 1) {
        for (const [name, way] of Object.entries(ways)) seen.get(name)?.push((await way()).wallSeconds * 1000);
      }
      const base = median(seen.get('an empty script') ?? []);
      printTable(
        `Start-up; medians of ${RUNS}`,
        [...seen].map(([name, times]) => ({
          '': name,
          ms: median(times).toFixed(0),
          'compared with an empty script': (median(times) / base).toFixed(2),
        })),
      );
    });
  });
}
