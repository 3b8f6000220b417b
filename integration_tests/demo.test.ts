import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { parseCommandLine } from '#command-line';
import { COMPANY, SHOWN } from '../demo/company.ts';
import { COMMAND, DATABASE, wishOf } from '../demo/query/arguments.ts';
import { ask } from '../demo/query/ask.ts';
import { recipeViews } from '../demo/recipes.ts';
import { createCompany } from '../mock-api/company.ts';
import { endpointNames } from '../mock-api/endpoints.ts';
import { STREAMS } from '../src/float/streams.ts';
import { demo, isAlive, PATIENCE, tableSizes } from './support/demo.ts';
import { temporaryFolder } from './support/inputs.ts';

/** The company before the demo changes it. */
function companySizes(): Map<string, number> {
  const company = createCompany(COMPANY);
  return new Map(
    STREAMS.flatMap(({ name, path }) => {
      const endpoint = endpointNames.find((one) => `/${one}` === path);
      return endpoint === undefined || !SHOWN.has(name) ? [] : [[name, company.rows(endpoint).length] as const];
    }),
  );
}

/**
 * What the commands of docs/recipes.md hand over to npm, by a shell that runs them as they stand there: `run`, `query`, the
 * arguments, and what comes on stdin.
 */
async function recipeCommands(): Promise<{ argv: string[]; stdin: string }[]> {
  const text = await readFile(new URL('../docs/recipes.md', import.meta.url), 'utf8');
  const commands = [...text.matchAll(/```sh\n(.*?)```/gs)].map(([, command = '']) => command);
  const npm = `npm() { printf '%s\\0' "$@"; printf '\\1'; cat; printf '\\2'; }`;
  const { stdout } = await promisify(execFile)('sh', ['-e', '-c', `exec </dev/null\n${npm}\n${commands.join('\n')}`]);
  return stdout
    .split('\u0002')
    .slice(0, -1)
    .map((call) => {
      const [words = '', stdin = ''] = call.split('\u0001');
      return { argv: words.split('\0').slice(0, -1), stdin };
    });
}

async function answerRecipes(database: string): Promise<void> {
  const commands = await recipeCommands();
  expect(commands.length).toBeGreaterThanOrEqual((await recipeViews()).length);
  for (const { argv, stdin } of commands) {
    const [run, query, ...args] = argv;
    expect([run, query]).toEqual(['run', 'query']);
    const wish = wishOf(parseCommandLine(COMMAND, args.slice(args[0] === '--' ? 1 : 0), {}));
    expect(wish.file).toBe(DATABASE);
    const sql = wish.sql ?? stdin;
    const [answer, ...more] = await ask(database, sql);
    expect(more).toEqual([]);
    // The demo's file keeps no deleted rows.
    const isEmpty = sql.includes('deleted_logged_time');
    expect({ sql, isEmpty: answer?.rows.length === 0 }).toEqual({ sql, isEmpty });
  }
}

test(
  'the demo syncs the whole company to DuckDB, then only its changes; every recipe has a result',
  async () => {
    const folder = await temporaryFolder();
    const { code, stdout, text, stderr, group } = await demo(folder);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(isAlive(group)).toBe(false);
    // Nothing for a terminal only.
    expect(stdout).not.toContain('\x1b');

    const [, added, deleted] = /, (\d) added, (\d) deleted,/.exec(text) ?? [];
    const expected = companySizes();
    expected.set('logged_time', (expected.get('logged_time') ?? 0) + Number(added) - Number(deleted));
    for (const name of ['people', 'projects']) expected.set(name, (expected.get(name) ?? 0) - 1);
    const sizes = await tableSizes(join(folder, 'demo-output', 'float.duckdb'));
    expect(Object.fromEntries([...sizes].filter(([name]) => expected.has(name)))).toEqual(Object.fromEntries(expected));

    expect(text).toContain('none was refused because of the quota');
    expect(text).toMatch(
      / \d+ records came, in \d+ requests: 3 corrected, 2 added, 1 deleted, 1 person deleted, 1 project deleted/,
    );
    expect(text).toContain('DuckDB contains exactly the rows of the server');

    const state: unknown = JSON.parse(await readFile(join(folder, 'demo-output', 'state.json'), 'utf8'));
    expect(state).toHaveLength(sizes.size);

    const page = await readFile(join(folder, 'demo-output', 'float.html'), 'utf8');
    expect(page).toMatch(/<h1>A made-up company<.*Utilisation by person and week.*logged_time/s);

    await answerRecipes(join(folder, DATABASE));
  },
  PATIENCE,
);

test(
  'stopped in the middle of a sync, the demo leaves nothing running',
  async () => {
    let asked = false;
    const { code, stderr, group } = await demo(await temporaryFolder(), {
      onOutput: (stdout, child) => {
        if (asked || !stdout.includes('departments:')) return;
        asked = true;
        child.kill('SIGTERM');
      },
    });
    expect({ code, stderr }).toEqual({ code: 143, stderr: '' });
    expect(isAlive(group)).toBe(false);
  },
  PATIENCE,
);
