import { readFile } from 'node:fs/promises';
import { foreignEncoding } from './encoding.ts';
import { configError } from './errors.ts';
import type { JsonValue } from './json.ts';

const REASONS: Record<string, string> = {
  ENOENT: 'it does not exist. Check the path',
  EACCES: 'permission denied. Make the file readable for the operating-system user that runs the connector',
  EPERM: 'permission denied. Make the file readable for the operating-system user that runs the connector',
  EISDIR: 'it is a directory. Pass the path of a JSON file',
};

/** Content of a JSON file with any suffix; undefined if it is empty. Messages never quote the content: it may contain the token. */
export async function readJsonFile(what: string, path: string): Promise<JsonValue | undefined> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    throw configError(`The ${what} file ${path} cannot be read: ${REASONS[code] ?? code}.`);
  }
  const encoding = foreignEncoding(bytes);
  if (encoding !== undefined) {
    const found = encoding === 'unknown' ? 'is not in UTF-8' : `is saved as ${encoding}`;
    throw configError(`The ${what} file ${path} ${found}. Save it as UTF-8.`);
  }
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw configError(`The ${what} file ${path} is not valid JSON.`);
  }
}
