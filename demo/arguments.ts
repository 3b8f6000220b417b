import { join } from 'node:path';
import { type Given, WrongUsage } from '#command-line';

const FLOAT = 'https://api.float.com/v3';
const FOLDER = 'demo-output';

export const COMMAND = {
  usage: 'usage: npm run demo -- [--token-file FILE] [--base-url URL] [FOLDER]',
  help: `Without a token: shows two syncs of a made-up company, from a local mock of Float's API.
With a token: syncs a real Float account. The first sync reads everything, later ones only changes. Nothing is written to Float.

  --token-file FILE   file with the API token and nothing else; or set FLOAT_API_TOKEN
  --base-url URL      address of the API; or set FLOAT_BASE_URL; default: ${FLOAT}
  FOLDER              folder for the DuckDB file, the page and the state; use one for each account.
                      Default: ${FOLDER}, or ${FOLDER}/HOST for a real account

The token is never written to the folder. Exit code: 0 success, 1 something failed, 2 wrong usage.`,
  options: { 'token-file': { type: 'string' }, 'base-url': { type: 'string' } },
  names: 'any',
} as const;

export interface Account {
  /** The file that contains the token, or the token itself. */
  readonly token: { readonly file: string } | { readonly value: string };
  readonly baseUrl: string;
}

export type Task =
  | { readonly kind: 'story'; readonly folder: string }
  | { readonly kind: 'account'; readonly folder: string; readonly account: Account };

/** Throws a WrongUsage. Its message never quotes the arguments, which may contain the token. */
export function taskOf({ values, positionals }: Given<typeof COMMAND.options>, env: NodeJS.ProcessEnv): Task {
  const [folder, ...more] = positionals;
  if (more.length > 0) throw new WrongUsage('More than one folder is given.');

  const tokenFile = values['token-file'];
  const token = env.FLOAT_API_TOKEN?.trim() ? { value: env.FLOAT_API_TOKEN.trim() } : undefined;
  const givenUrl = values['base-url'];
  if (tokenFile === undefined && token === undefined) {
    if (givenUrl !== undefined)
      throw new WrongUsage('--base-url needs a token: --token-file FILE, or FLOAT_API_TOKEN.');
    return { kind: 'story', folder: folder ?? FOLDER };
  }
  const baseUrl = givenUrl ?? (env.FLOAT_BASE_URL?.trim() || FLOAT);
  if (!URL.canParse(baseUrl)) throw new WrongUsage(`The base URL is not a URL. Float's is ${FLOAT}.`);
  return {
    kind: 'account',
    folder: folder ?? join(FOLDER, new URL(baseUrl).host.replaceAll(/[^\w.-]/g, '_')),
    account: { token: tokenFile === undefined && token ? token : { file: tokenFile ?? '' }, baseUrl },
  };
}
