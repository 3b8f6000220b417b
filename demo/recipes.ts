/** The views of docs/recipes.md, the only place that defines how hours are counted. */
import { readFile } from 'node:fs/promises';
import { projectFile } from '../src/float/project-files.ts';
import type { Destination } from './duckdb.ts';

export interface View {
  readonly name: string;
  readonly select: string;
}

const VIEW = /^```sql\nCREATE OR REPLACE VIEW (\w+) AS\n(.*?);\n```$/gms;

/** The views in order: later ones use earlier ones. */
export async function recipeViews(): Promise<View[]> {
  const text = await readFile(projectFile('docs/recipes.md'), 'utf8');
  return [...text.matchAll(VIEW)].map(([, name = '', select = '']) => ({ name, select }));
}

/** Creates the views, replacing those of an earlier run. The tables of all non-optional streams must exist. */
export async function createViews(destination: Destination): Promise<void> {
  for (const { name, select } of await recipeViews()) {
    await destination.query(`CREATE OR REPLACE VIEW ${name} AS ${select}`);
  }
}
