import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { WrongUsage } from '../arguments.ts';

/** The database of the demo's made-up company. */
export const DATABASE = join('demo-output', 'float.duckdb');

export const FORMATS = ['table', 'csv', 'json'] as const;
export type Format = (typeof FORMATS)[number];

export const USAGE = `usage: npm run query -- [--file FILE] [--format ${FORMATS.join('|')}] "SQL"   or   … < file.sql`;

export const HELP = `${USAGE}

Runs SQL on the DuckDB file that npm run demo has created. It only reads.

  --file FILE       the DuckDB file; default: ${DATABASE}
  --format FORMAT   table (default): prints one column on each line if the table is wider than the terminal;
                    csv or json: for other programs (npm run --silent query hides npm's own output)

The file contains the views of docs/recipes.md. Example: SELECT * FROM utilisation_by_week
Exit code: 0 success, 1 something failed, 2 wrong usage.
`;

export type Wish =
  | { readonly kind: 'help' }
  /** `sql` undefined: read it from stdin. */
  | {
      readonly kind: 'ask';
      readonly file: string;
      readonly isFileGiven: boolean;
      readonly format: Format;
      readonly sql: string | undefined;
    };

export function parseArguments(argv: readonly string[], env: NodeJS.ProcessEnv): Wish {
  const { values, positionals } = parse(argv);
  if (values.help) return { kind: 'help' };
  const [sql, ...more] = positionals;
  // npm takes --format for an abbreviation of an option of its own, and leaves no trace but the value.
  if (env.npm_config_file !== undefined || isFormat(sql)) {
    throw new WrongUsage('npm took the options for itself: put -- before them');
  }
  if (more.length > 0) throw new WrongUsage('more than one text of SQL given: put it in quotation marks');
  const format = values.format ?? 'table';
  if (!isFormat(format)) throw new WrongUsage(`--format is one of ${FORMATS.join(', ')}`);
  return { kind: 'ask', file: values.file ?? DATABASE, isFileGiven: values.file !== undefined, format, sql };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: { file: { type: 'string' }, format: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    });
  } catch (error) {
    throw new WrongUsage((error as Error).message);
  }
}

const isFormat = (text: string | undefined): text is Format => FORMATS.some((format) => format === text);
