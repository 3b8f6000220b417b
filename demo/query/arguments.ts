import { join } from 'node:path';
import { type Given, WrongUsage } from '#command-line';

/** The database of the demo's made-up company. */
export const DATABASE = join('demo-output', 'float.duckdb');

export const FORMATS = ['table', 'csv', 'json'] as const;
export type Format = (typeof FORMATS)[number];

export const COMMAND = {
  usage: `usage: npm run query -- [--file FILE] [--format ${FORMATS.join('|')}] "SQL"   or   … < file.sql`,
  help: `Runs SQL on the DuckDB file that npm run demo has created. The SQL cannot change the file.

  --file FILE       the DuckDB file; default: ${DATABASE}
  --format FORMAT   table (default): prints one column on each line if the table is wider than the terminal;
                    csv or json: for other programs (npm run --silent query hides npm's own output)

The file contains the views of docs/recipes.md. Example: SELECT * FROM utilisation_by_week
Exit code: 0 success, 1 something failed, 2 wrong usage.`,
  options: { file: { type: 'string' }, format: { type: 'string' } },
  names: 'any',
} as const;

export interface Task {
  readonly file: string;
  readonly isFileGiven: boolean;
  readonly format: Format;
  /** Undefined if stdin has it. */
  readonly sql: string | undefined;
}

/** Throws a WrongUsage. `isTerminal`: stdin is one, so it has no SQL. */
export function taskOf({ values, positionals }: Given<typeof COMMAND.options>, isTerminal = false): Task {
  const [sql, ...more] = positionals;
  // npm takes --format for an abbreviation of its own --format-package-lock, and leaves only the value.
  if (isFormat(sql)) {
    throw new WrongUsage('npm consumed --format. Put -- before it: npm run query -- --format …');
  }
  if (sql?.trim() === '' || (sql === undefined && isTerminal)) throw new WrongUsage('No SQL is given.');
  if (more.length > 0) throw new WrongUsage('The SQL is more than one argument. Put it in quotation marks.');
  const format = values.format ?? 'table';
  if (!isFormat(format)) throw new WrongUsage(`--format must be one of ${FORMATS.join(', ')}.`);
  return { file: values.file ?? DATABASE, isFileGiven: values.file !== undefined, format, sql };
}

const isFormat = (text: string | undefined): text is Format => FORMATS.some((format) => format === text);
