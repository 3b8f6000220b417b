import { readFile } from 'node:fs/promises';
import { configError } from './errors.ts';
import type { JsonValue } from './json.ts';

const REASONS: Record<string, string> = {
  ENOENT: 'it does not exist',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'it is a directory',
};

/** Content of a JSON file of any suffix; `undefined` for an empty one. Messages never quote the content: it may hold the token. */
export async function readJsonFile(what: string, path: string): Promise<JsonValue | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    throw configError(`The ${what} file ${path} cannot be read: ${REASONS[code] ?? code}.`);
  }
  text = text.replace(/^\uFEFF/, '');
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw configError(`The ${what} file ${path} is not valid JSON.`);
  }
}
