import { readFile } from 'node:fs/promises';
import { afterAll } from '@jest/globals';
import { configure } from '../../demo/airbyte.ts';
import { Destination } from '../../demo/duckdb.ts';
import type { JsonObject } from '../../src/cdk/index.ts';
import { STREAMS } from '../../src/float/streams.ts';

/** What an account holds; streams that are not given are empty. */
export type Rows = Partial<Record<string, readonly JsonObject[]>>;

/** A database with an empty table for each stream: to make one takes longer than all queries of a test. */
let shared: Promise<Destination> | undefined;

afterAll(async () => (await shared)?.close());

/** Fills a database as a sync does, hands it to `use`, and empties it again. */
export async function withTables<T>(rows: Rows, use: (destination: Destination) => Promise<T>): Promise<T> {
  shared ??= emptyTables();
  const destination = await shared;
  await fill(destination, rows);
  try {
    return await use(destination);
  } finally {
    await fill(destination, Object.fromEntries(Object.keys(rows).map((name) => [name, []])));
    // The record of past syncs.
    await destination.query('DROP TABLE IF EXISTS _syncs');
  }
}

async function emptyTables(): Promise<Destination> {
  const destination = await Destination.create(':memory:');
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
  }
  return destination;
}

async function fill(destination: Destination, rows: Rows): Promise<void> {
  for (const [name, own = []] of Object.entries(rows)) {
    for (const row of own) destination.append(name, row, 0);
    await destination.complete(name);
  }
}
