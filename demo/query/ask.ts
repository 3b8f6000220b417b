import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { DuckDBDecimalValue, DuckDBInstance, type DuckDBValue } from '@duckdb/node-api';
import type { JsonValue } from '../../src/cdk/index.ts';
import { Failure } from '../failure.ts';

export interface Answer {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly JsonValue[])[];
}

/** Significant digits of numbers. Further digits of sums are rounding noise, as in 616.6700000000001. */
const DIGITS = 12;

/** Runs all statements. Returns one result for each. */
export async function ask(file: string, sql: string): Promise<Answer[]> {
  const instance = await DuckDBInstance.create(file, { access_mode: 'READ_ONLY' }).catch((error: Error) => {
    throw new Failure(`${file} cannot be opened: ${error.message}`, { cause: error });
  });
  const connection = await instance.connect();
  try {
    const statements = await connection.extractStatements(sql);
    const answers: Answer[] = [];
    for (let index = 0; index < statements.count; index += 1) {
      const statement = await statements.prepare(index);
      const reader = await statement.runAndReadAll();
      const isJson = reader.columnTypes().map(({ alias }) => alias === 'JSON');
      const rows = reader.getRows().map((row) => row.map((value, column) => cellOf(value, isJson[column] === true)));
      answers.push({ columns: reader.deduplicatedColumnNames(), rows });
    }
    return answers;
  } catch (error) {
    throw new Failure(explained((error as Error).message), { cause: error });
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Throws a Failure if the file does not exist. `isFileGiven`: whether the user named the file. */
export async function requireFile(file: string, isFileGiven: boolean): Promise<void> {
  if (existsSync(file)) return;
  if (isFileGiven) throw new Failure(`The file ${resolve(file)} does not exist.`);
  const others = await accountsBeside(file);
  const found = others
    .map((other) => `\nThere is also a file of a real account. To use it, add --file ${other}`)
    .join('');
  throw new Failure(`The file ${file} does not exist yet. Run npm run demo to create it.${found}`);
}

async function accountsBeside(file: string): Promise<string[]> {
  const folder = dirname(file);
  const names = existsSync(folder) ? await readdir(folder) : [];
  return names.map((name) => join(folder, name, 'float.duckdb')).filter((path) => existsSync(path));
}

function explained(message: string): string {
  if (message.includes('read-only')) {
    return 'This command cannot change the file. To change a view, change it in docs/recipes.md and run the demo again.';
  }
  // DuckDB's client sends this message if the text contains no statement.
  if (message === 'Error in native callback') return 'The SQL contains no statement.';
  return message.replace(/^Failed to extract statements: /, '');
}

function cellOf(value: DuckDBValue, isJson: boolean): JsonValue {
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'number') return rounded(value);
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (value instanceof DuckDBDecimalValue) return rounded(value.toDouble());
  return isJson ? JSON.parse(String(value)) : String(value);
}

/** Infinity becomes a string, because JSON has no number for it. */
const rounded = (value: number): number | string =>
  Number.isFinite(value) ? Number(value.toPrecision(DIGITS)) : String(value);
