import type { ParseArgsConfig, parseArgs } from 'node:util';

type Options = NonNullable<ParseArgsConfig['options']>;

export interface Command<O extends Options> {
  /** The usage line. */
  readonly usage: string;
  /** What it does, and its options. */
  readonly help: string;
  /** As `util.parseArgs` takes them. */
  readonly options?: O;
  /** The allowed arguments besides options. Default: none. */
  readonly names?: readonly string[] | 'any';
}

export type Given<O extends Options> = Pick<
  ReturnType<typeof parseArgs<{ options: O & { help: { type: 'boolean'; short: 'h' } }; allowPositionals: true }>>,
  'values' | 'positionals'
>;

/** The message is printed with the usage line, and the process exits with 2. */
export class WrongUsage extends Error {}

/** Parses the arguments of this process. For `--help` or wrong usage, prints a text and exits. */
export function readCommandLine<const O extends Options>(command: Command<O>): Given<O>;

/** Throws a WrongUsage. The message may contain option names and known names, but never values, which may be secrets. */
export function parseCommandLine<const O extends Options>(
  command: Pick<Command<O>, 'options' | 'names'>,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Given<O>;
