import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { WrongUsage } from '../arguments.ts';

/** That of the demo's made-up company. */
export const DATABASE = join('demo-output', 'float.duckdb');

export const FORMATS = ['table', 'csv', 'json'] as const;
export type Format = (typeof FORMATS)[number];

export const USAGE = `usage: npm run query -- [--file FILE] [--format ${FORMATS.join('|')}] "SQL"   or   … < file.sql`;

export const HELP = `${USAGE}

Asks the DuckDB file that npm run demo made. It only reads.

  --file FILE       another DuckDB file, ${DATABASE} unless given
  --format FORMAT   table (unless given): one column a line where the table is wider than the terminal;
                    csv or json: for other programs (npm run --silent query keeps npm's own lines out)

The views of docs/recipes.md are in the file: SELECT * FROM utilisation_by_week, for instance.
Exit code: 0 done, 1 something failed, 2 wrong usage.
`;

export type Wish =
  | { readonly kind: 'help' }
  /** Without `sql`, stdin has it. */
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
