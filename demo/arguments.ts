import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Failure } from './failure.ts';

const FLOAT = 'https://api.float.com/v3';
const FOLDER = 'demo-output';

export const USAGE = 'usage: npm run demo -- [--token-file FILE] [--base-url URL] [FOLDER]';

export const HELP = `${USAGE}

Without a token: shows two syncs of a made-up company, from a local mock of Float's API.
With a token: syncs a real Float account, everything the first time, later only changes. It only reads.

  --token-file FILE   file with the API token and nothing else; or set FLOAT_API_TOKEN
  --base-url URL      address of the API; or set FLOAT_BASE_URL; default: ${FLOAT}
  FOLDER              folder for the DuckDB file, the page and the state; use one for each account.
                      Default: ${FOLDER}, or ${FOLDER}/HOST for a real account

The token is never written to the folder. Exit code: 0 success, 1 something failed, 2 wrong usage.
`;

/** Wrong usage. The message is printed with the usage line. */
export class WrongUsage extends Error {}

export interface Account {
  /** The file that contains the token, or the token itself. */
  readonly token: { readonly file: string } | { readonly value: string };
  readonly baseUrl: string;
}

export type Wish =
  | { readonly kind: 'help' }
  | { readonly kind: 'story'; readonly folder: string }
  | { readonly kind: 'account'; readonly folder: string; readonly account: Account };

/** Without `--` before these options, npm consumes them and passes their values as a folder. */
const OPTIONS = ['token-file', 'base-url'];

/** Throws a WrongUsage. Its message never quotes the arguments, which may contain the token. */
export function parseArguments(argv: readonly string[], env: NodeJS.ProcessEnv): Wish {
  const { values, positionals } = parse(argv);
  if (values.help) return { kind: 'help' };
  for (const name of OPTIONS) {
    if (env[`npm_config_${name.replaceAll('-', '_')}`] !== undefined) {
      throw new WrongUsage(`npm consumed --${name}: put -- before the options`);
    }
  }
  const [folder, ...more] = positionals;
  if (more.length > 0) throw new WrongUsage('more than one folder was given');

  const tokenFile = values['token-file'];
  const token = env.FLOAT_API_TOKEN?.trim() ? { value: env.FLOAT_API_TOKEN.trim() } : undefined;
  const givenUrl = values['base-url'];
  if (tokenFile === undefined && token === undefined) {
    if (givenUrl !== undefined)
      throw new WrongUsage('--base-url needs a token: add --token-file FILE, or set FLOAT_API_TOKEN');
    return { kind: 'story', folder: folder ?? FOLDER };
  }
  const baseUrl = givenUrl ?? (env.FLOAT_BASE_URL?.trim() || FLOAT);
  if (!URL.canParse(baseUrl)) throw new WrongUsage('the base URL is not a URL');
  return {
    kind: 'account',
    folder: folder ?? join(FOLDER, new URL(baseUrl).host.replaceAll(/[^\w.-]/g, '_')),
    account: { token: tokenFile === undefined && token ? token : { file: tokenFile ?? '' }, baseUrl },
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        'token-file': { type: 'string' },
        'base-url': { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new WrongUsage((error as Error).message);
  }
}

const REASONS: Record<string, string> = {
  ENOENT: 'it does not exist',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'it is a directory',
};

/** A warning if other users can read the token file. Undefined if not, or if the system has no such permissions. */
export async function warningOf({ token }: Account, platform = process.platform): Promise<string | undefined> {
  if ('value' in token || platform === 'win32') return undefined;
  const mode = (await stat(token.file)).mode & 0o777;
  if ((mode & 0o044) === 0) return undefined;
  return (
    `Warning: other users of this machine can read the token file ${token.file} (mode ${mode.toString(8)}). ` +
    `Run: chmod 600 ${token.file}`
  );
}

export async function tokenOf({ token }: Account): Promise<string> {
  if ('value' in token) return token.value;
  let text: string;
  try {
    text = (await readFile(token.file, 'utf8')).replace(/^\uFEFF/, '').trim();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new Failure(`The token file ${token.file} cannot be read: ${REASONS[code] ?? code}.`);
  }
  if (text === '') throw new Failure(`The token file ${token.file} is empty.`);
  if (/\s/.test(text))
    throw new Failure(`The token file ${token.file} contains more than a token. Remove everything else.`);
  return text;
}
