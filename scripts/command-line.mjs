/**
 * Argument parsing for all commands of this project. An unknown option is an error that lists the known ones, and `--help` only
 * prints help. Plain JavaScript with types in command-line.d.mts, because some commands run before compilation. Import it as
 * `#command-line`.
 */
import { parseArgs } from 'node:util';

const HELP = { help: { type: 'boolean', short: 'h' } };

export class WrongUsage extends Error {}

export function readCommandLine(command) {
  try {
    const given = parseCommandLine(command, process.argv.slice(2), process.env);
    if (!given.values.help) return given;
    process.stdout.write(`${command.usage}\n\n${command.help}\n`);
    process.exit(0);
  } catch (error) {
    if (!(error instanceof WrongUsage)) throw error;
    process.stderr.write(`${error.message}\n${command.usage}\n`);
    process.exit(2);
  }
}

export function parseCommandLine({ options = {}, names = [] }, args, env) {
  assertNotTakenByNpm(Object.keys(options), env);
  const all = { ...options, ...HELP };
  const known = Object.keys(all).map((name) => `--${name}`);
  const { values, positionals } = parse(args, all, known);
  if (values.help || names === 'any') return { values, positionals };
  if (names.length === 0 && positionals.length > 0) {
    throw new WrongUsage(`An argument is not an option. Known options: ${known.join(', ')}.`);
  }
  const unknown = positionals.filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    throw new WrongUsage(`Unknown: ${unknown.join(', ')}. Known names: ${names.join(', ')}.`);
  }
  return { values, positionals };
}

function parse(args, options, known) {
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    if (error.code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
      const [, name = 'an option'] = /'(--?[^'=]*)/.exec(error.message) ?? [];
      throw new WrongUsage(`Unknown option ${name}. Known options: ${known.join(', ')}.`);
    }
    if (error.code === 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE') {
      const [, name = 'An option'] = /'(?:-\w, )?(--[\w-]+)/.exec(error.message) ?? [];
      const takes = options[name.slice(2)]?.type === 'string' ? 'needs a value' : 'takes no value';
      throw new WrongUsage(`${name} ${takes}.`);
    }
    throw error;
  }
}

/** Without `--`, npm consumes options and puts them into the environment, so the command does not get them. */
function assertNotTakenByNpm(names, env) {
  const taken = names.find((name) => env[`npm_config_${name.replaceAll('-', '_')}`] !== undefined);
  if (taken === undefined || env.npm_lifecycle_event === undefined) return;
  throw new WrongUsage(`npm consumed --${taken}. Put -- before it: npm run ${env.npm_lifecycle_event} -- --${taken} …`);
}
