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

/** Sums of decimal fractions are exact to more digits than that: what follows is noise, as in 616.6700000000001. */
const DIGITS = 12;

/** The answer of each statement. */
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

/** `isFileGiven`: by the user, who then did not expect the demo's own. */
export async function requireFile(file: string, isFileGiven: boolean): Promise<void> {
  if (existsSync(file)) return;
  if (isFileGiven) throw new Failure(`There is no file ${resolve(file)}.`);
  const others = await accountsBeside(file);
  const found = others.map((other) => `\nThere is one of an account: add --file ${other}`).join('');
  throw new Failure(`There is no ${file} yet: npm run demo makes it.${found}`);
}

async function accountsBeside(file: string): Promise<string[]> {
  const folder = dirname(file);
  const names = existsSync(folder) ? await readdir(folder) : [];
  return names.map((name) => join(folder, name, 'float.duckdb')).filter((path) => existsSync(path));
}

function explained(message: string): string {
  if (message.includes('read-only')) {
    return 'This command only reads. To change a view, change it in docs/recipes.md and run the demo again.';
  }
  // What DuckDB's client says of a text without a statement.
  if (message === 'Error in native callback') return 'The SQL holds no statement.';
  return message.replace(/^Failed to extract statements: /, '');
}

function cellOf(value: DuckDBValue, isJson: boolean): JsonValue {
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'number') return rounded(value);
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (value instanceof DuckDBDecimalValue) return rounded(value.toDouble());
  return isJson ? JSON.parse(String(value)) : String(value);
}

/** JSON has no number for infinity. */
const rounded = (value: number): number | string =>
  Number.isFinite(value) ? Number(value.toPrecision(DIGITS)) : String(value);
