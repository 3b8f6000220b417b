import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Project } from './contact.ts';

/**
 * The folder with package.json, spec.json and schemas/. This module is at different depths in src/ and dist/, so the parent
 * folders are searched.
 */
const ROOT = findRoot(new URL('./', import.meta.url));

function findRoot(from: URL): URL {
  return existsSync(new URL('spec.json', from)) ? from : findRoot(new URL('../', from));
}

export const PACKAGE: Project = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8'));

export const projectFile = (path: string): URL => new URL(path, ROOT);

export async function readProjectFile<T>(path: string): Promise<T> {
  return JSON.parse(await readFile(projectFile(path), 'utf8'));
}
