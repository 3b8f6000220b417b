import { parseArgs } from 'node:util';

export type Verb = 'spec' | 'check' | 'discover' | 'read';
export type FileOption = 'config' | 'catalog' | 'state';

export type Command =
  | { kind: 'help' }
  | { kind: 'version' }
  | { kind: 'wrong usage'; problem: string }
  | { kind: 'verb'; verb: Verb; files: Partial<Record<FileOption, string>>; debug: boolean };

/** The options of each verb, and whether they are required. */
const VERBS: Record<Verb, Partial<Record<FileOption, 'required' | 'optional'>>> = {
  spec: {},
  check: { config: 'required' },
  discover: { config: 'required' },
  read: { config: 'required', catalog: 'required', state: 'optional' },
};

export function usage(name: string): string {
  return `usage: ${name} spec
       ${name} check    --config FILE
       ${name} discover --config FILE
       ${name} read     --config FILE --catalog FILE [--state FILE]
       ${name} --help | --version
`;
}

export function help(name: string, version: string): string {
  return `${name} ${version}, an Airbyte source connector

${usage(name)}
  spec       prints the specification of the config
  check      tests the config against the API
  discover   prints the streams and their schemas
  read       prints the records of the configured streams, and their state

  --config FILE    the config, as JSON
  --catalog FILE   the configured catalog, as JSON
  --state FILE     the state of an earlier read, as JSON; default: read everything
  --debug          also prints LOG messages of level DEBUG
  --opt value and --opt=value both work. stdout has one Airbyte protocol message on each line.
  Exit code: 0 success (check: also if the result is FAILED), 1 something failed, 2 wrong usage.
`;
}

export function parseCommand(argv: readonly string[]): Command {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(argv);
  } catch (error) {
    return { kind: 'wrong usage', problem: (error as Error).message };
  }
  const { values, positionals } = parsed;
  if (values.help) return { kind: 'help' };
  if (values.version) return { kind: 'version' };

  const [verb, ...more] = positionals;
  if (verb === undefined) return { kind: 'wrong usage', problem: 'no command given' };
  if (!isVerb(verb)) return { kind: 'wrong usage', problem: `unknown command ${verb}` };
  if (more.length > 0) return { kind: 'wrong usage', problem: `unexpected argument ${more[0]}` };

  const { config, catalog, state, debug = false } = values;
  const files = { config, catalog, state };
  for (const option of ['config', 'catalog', 'state'] as const) {
    const need = VERBS[verb][option];
    if (files[option] !== undefined && need === undefined) {
      return { kind: 'wrong usage', problem: `${verb} does not accept --${option}` };
    }
    if (!files[option] && need === 'required')
      return { kind: 'wrong usage', problem: `${verb} requires --${option} FILE` };
  }
  const given = Object.entries(files).filter((entry): entry is [FileOption, string] => entry[1] !== undefined);
  return { kind: 'verb', verb, files: Object.fromEntries(given), debug };
}

function parse(argv: readonly string[]) {
  return parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      config: { type: 'string' },
      catalog: { type: 'string' },
      state: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
      version: { type: 'boolean' },
      debug: { type: 'boolean' },
    },
  });
}

function isVerb(word: string): word is Verb {
  return Object.hasOwn(VERBS, word);
}
