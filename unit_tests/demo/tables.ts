import { readFile } from 'node:fs/promises';
import { configure } from '../../demo/airbyte.ts';
import { Destination } from '../../demo/duckdb.ts';
import type { JsonObject } from '../../src/cdk/index.ts';
import { STREAMS } from '../../src/float/streams.ts';

/** What an account holds; streams that are not given are empty. */
export type Rows = Partial<Record<string, readonly JsonObject[]>>;

/** Fills a database as a sync does, and hands it to `use`. */
export async function withTables<T>(rows: Rows, use: (destination: Destination) => Promise<T>): Promise<T> {
  const destination = await Destination.create(':memory:');
  try {
    for (const { name, primaryKey } of STREAMS) {
      await destination.prepare(
        configure({
          name,
          json_schema: JSON.parse(await readFile(new URL(`../../schemas/${name}.json`, import.meta.url), 'utf8')),
          supported_sync_modes: ['full_refresh'],
          source_defined_primary_key: primaryKey.map((field) => [field]),
          is_resumable: false,
        }),
      );
      for (const row of rows[name] ?? []) destination.append(name, row, 0);
      await destination.complete(name);
    }
    return await use(destination);
  } finally {
    destination.close();
  }
}
