/** The file with the API token, which users pass to the demo and to the probe. */
import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Failure } from './failure.ts';

export async function tokenIn(file: string): Promise<string> {
  let text: string;
  try {
    text = (await readFile(file, 'utf8')).replace(/^\uFEFF/, '').trim();
  } catch (error) {
    throw new Failure(`The token file ${resolve(file)} cannot be read: ${(error as Error).message}.`);
  }
  if (text === '') throw new Failure(`The token file ${file} is empty. Write the API token into it.`);
  if (/\s/.test(text)) throw new Failure(`The token file ${file} contains more than a token. Remove everything else.`);
  return text;
}

/** A warning if other users can read the token file. Undefined if not, or if the system has no such permissions. */
export async function permissionWarning(file: string, platform = process.platform): Promise<string | undefined> {
  if (platform === 'win32') return undefined;
  const mode = (await stat(file)).mode & 0o777;
  if ((mode & 0o044) === 0) return undefined;
  return (
    `Warning: other users of this machine can read the token file ${file} (mode ${mode.toString(8)}). ` +
    `Run: chmod 600 ${file}`
  );
}
