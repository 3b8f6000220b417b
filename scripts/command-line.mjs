/**
 * The arguments of every command of ours. An unknown one is an error that names the known ones, and `--help` only prints help.
 * In plain JavaScript, because some commands run before anything is compiled; `#command-line` is its name for all of them.
 */
import { parseArgs } from 'node:util';

const HELP = { help: { type: 'boolean', short: 'h' } };

/** Wrong usage, in a sentence. Printed with the usage line; the process then exits with 2. */
export class WrongUsage extends Error {}

/**
 * Reads the arguments of this process. Prints help, or what is wrong with them, and ends the process then.
 *
 * @param command `usage`: how it is called. `help`: what it does, and its options. `options`: as `util.parseArgs` takes them.
 * `names`: the names that may be given beside options, if it takes any of a fixed list. `names: 'one'` takes one of any name, `'any'` any number.
 */
export function readCommandLine(command, args = process.argv.slice(2), env = process.env) {
  try {
    const given = parseCommandLine(command, args, env);
    if (!given.values.help) return given;
    process.stdout.write(`${command.usage}\n\n${command.help}\n`);
    process.exit(0);
  } catch (error) {
    if (!(error instanceof WrongUsage)) throw error;
    process.stderr.write(`${error.message}\n${command.usage}\n`);
    process.exit(2);
  }
}

/** Throws a WrongUsage. It quotes the names of options, and names where a list of them is known: never a value. */
export function parseCommandLine({ options = {}, names = [] }, args, env) {
  assertNotTakenByNpm(Object.keys(options), env);
  const all = { ...options, ...HELP };
  const known = Object.keys(all).map((name) => `--${name}`);
  const { values, positionals } = parse(args, all, known);
  if (values.help || names === 'any') return { values, positionals };
  if (names === 'one') {
    if (positionals.length > 1) throw new WrongUsage('More than one name is given.');
    return { values, positionals };
  }
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

/** Without `--`, npm takes options for its own: it puts them into the environment, and the command would not see them. */
function assertNotTakenByNpm(names, env) {
  const taken = names.find((name) => env[`npm_config_${name.replaceAll('-', '_')}`] !== undefined);
  if (taken === undefined || env.npm_lifecycle_event === undefined) return;
  throw new WrongUsage(`npm consumed --${taken}. Put -- before it: npm run ${env.npm_lifecycle_event} -- --${taken} …`);
}
