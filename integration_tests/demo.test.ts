import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { COMPANY, SHOWN } from '../demo/company.ts';
import { recipeViews } from '../demo/recipes.ts';
import { createCompany } from '../mock-api/company.ts';
import { endpointNames } from '../mock-api/endpoints.ts';
import { STREAMS } from '../src/float/streams.ts';
import { demo, isAlive, PATIENCE, tableSizes } from './support/demo.ts';
import { temporaryFolder } from './support/inputs.ts';

const QUERY = fileURLToPath(new URL('../dist/demo/query.js', import.meta.url));
const MARK = '=== next ===';

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

/** Runs the commands of docs/recipes.md one after the other, as they stand there. What npm would start is started by the shell. */
async function answerRecipes(folder: string): Promise<void> {
  const text = await readFile(new URL('../docs/recipes.md', import.meta.url), 'utf8');
  const commands = [...text.matchAll(/```sh\n(.*?)```/gs)].map(([, command = '']) => command);
  const npm = `npm() { shift 2; if [ "$1" = -- ]; then shift; fi; "${process.execPath}" "${QUERY}" "$@"; }`;
  const script = [npm, ...commands.map((command) => `echo '${MARK}'\n${command}`)].join('\n');
  const { stdout, stderr } = await promisify(execFile)('sh', ['-e', '-c', script], { cwd: folder });
  expect(stderr).toBe('');
  const answers = stdout.split(`${MARK}\n`).slice(1);
  expect(answers).toHaveLength(commands.length);
  expect(commands.length).toBeGreaterThanOrEqual((await recipeViews()).length);
  for (const [index, answer] of answers.entries()) {
    // The demo's file keeps no deleted rows.
    const isEmpty = commands[index]?.includes('deleted_logged_time');
    expect([commands[index], answer]).toEqual([
      commands[index],
      expect.stringMatching(isEmpty ? /^0 rows\n$/m : /^[1-9]\d* rows?\n$/m),
    ]);
    // Rounded, and no wider than the usual terminal.
    expect(answer).not.toMatch(/\.\d{5}/);
    expect(Math.max(...answer.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(100);
  }
}

test(
  'the demo brings the whole company into DuckDB, then only its changes, and says so; every recipe has its answer',
  async () => {
    const folder = await temporaryFolder();
    const { code, stdout, text, stderr, group } = await demo(folder);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(isAlive(group)).toBe(false);
    // Nothing for a terminal only.
    expect(stdout).not.toContain('\x1b');

    const [, added, deleted] = /, (\d) added, (\d) deleted/.exec(text) ?? [];
    const expected = companySizes();
    expected.set('logged_time', (expected.get('logged_time') ?? 0) + Number(added) - Number(deleted));
    const sizes = await tableSizes(join(folder, 'demo-output', 'float.duckdb'));
    expect(Object.fromEntries([...sizes].filter(([name]) => expected.has(name)))).toEqual(Object.fromEntries(expected));

    expect(text).toContain('none was refused for the quota');
    expect(text).toMatch(/ \d{1,2} records came, in \d requests?: 3 corrected, 2 added, 1 deleted/);
    expect(text).toContain('DuckDB holds exactly the rows of the server');

    const state: unknown = JSON.parse(await readFile(join(folder, 'demo-output', 'state.json'), 'utf8'));
    expect(state).toHaveLength(sizes.size);

    const page = await readFile(join(folder, 'demo-output', 'float.html'), 'utf8');
    expect(page).toMatch(/<h1>A made-up company<.*Utilisation by person and week.*logged_time/s);

    await answerRecipes(folder);
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
