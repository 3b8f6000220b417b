/** The views of docs/recipes.md, the only place that defines how hours are counted. */
import { readFile } from 'node:fs/promises';
import { projectFile } from '../src/float/project-files.ts';
import type { Destination } from './duckdb.ts';

const VIEW = /^```sql\nCREATE OR REPLACE VIEW (\w+) AS\n(.*?);\n```$/gms;

/** Name → SELECT, in order: later views use earlier ones. */
export async function recipeViews(): Promise<Record<string, string>> {
  const text = await readFile(projectFile('docs/recipes.md'), 'utf8');
  return Object.fromEntries([...text.matchAll(VIEW)].map(([, name = '', select = '']) => [name, select]));
}

/**
 * Creates the recipes as views or as tables, replacing those of an earlier run. `changes` replaces the SELECT of some of them. The
 * tables of all non-optional streams must exist.
 */
export async function createRecipes(
  destination: Destination,
  kind: 'VIEW' | 'TEMP TABLE' = 'VIEW',
  changes: Readonly<Record<string, string>> = {},
): Promise<void> {
  for (const [name, select] of Object.entries({ ...(await recipeViews()), ...changes })) {
    await destination.query(`CREATE OR REPLACE ${kind} ${name} AS ${select}`);
  }
}
