/**
 * Asks a DuckDB file by SQL, where no other client is at hand:
 *
 *     node dist/demo/query.js demo-output/float.duckdb "SELECT name FROM people"
 */
import { existsSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';
import { Screen } from './show.ts';

const [file, sql] = process.argv.slice(2);
if (file === undefined || sql === undefined || !existsSync(file)) {
  process.stderr.write('usage: node dist/demo/query.js FILE "SQL"\n');
  process.exitCode = 2;
} else {
  try {
    await query(file, sql);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
  }
}

async function query(file: string, sql: string): Promise<void> {
  const instance = await DuckDBInstance.create(file, { access_mode: 'READ_ONLY' });
  const connection = await instance.connect();
  const reader = await connection.runAndReadAll(sql);
  const columns = reader.columnNames().map((title) => ({ title }));
  const rows = reader.getRows().map((row) => row.map((value) => String(value ?? '')));
  new Screen(process.stdout, process.env).table(columns, rows);
  connection.closeSync();
  instance.closeSync();
}
