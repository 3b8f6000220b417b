import type { ParseArgsConfig, parseArgs } from 'node:util';

type Options = NonNullable<ParseArgsConfig['options']>;

export interface Command<O extends Options> {
  /** How it is called, in one line. */
  readonly usage: string;
  /** What it does, and its options. */
  readonly help: string;
  readonly options?: O;
  /** The names that may be given beside options. `one`: one of any name; `any`: any number of them. */
  readonly names?: readonly string[] | 'one' | 'any';
}

export type Given<O extends Options> = Pick<
  ReturnType<typeof parseArgs<{ options: O & { help: { type: 'boolean'; short: 'h' } }; allowPositionals: true }>>,
  'values' | 'positionals'
>;

export class WrongUsage extends Error {}

/** Reads the arguments of this process. Prints help, or what is wrong with them, and ends the process then. */
export function readCommandLine<const O extends Options>(
  command: Command<O>,
  args?: readonly string[],
  env?: NodeJS.ProcessEnv,
): Given<O>;

/** Throws a WrongUsage. It quotes the names of options, and names where a list of them is known: never a value. */
export function parseCommandLine<const O extends Options>(
  command: Pick<Command<O>, 'options' | 'names'>,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Given<O>;
