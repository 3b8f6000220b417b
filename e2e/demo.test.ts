import { type ChildProcess, execFile } from 'node:child_process';
import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeEach, expect, test } from '@jest/globals';
import { COMPANY } from '../demo/company.ts';
import { ask } from '../demo/query/ask.ts';
import { startApi, TOKEN } from '../integration_tests/support/api.ts';
import { Home, SMALL } from '../integration_tests/support/demo.ts';

let home: Home;

beforeEach(async () => {
  home = await Home.create();
});

/** The number of rows in each table. */
async function rows(tables: readonly string[], folder = 'out'): Promise<unknown> {
  const counts = tables.map((table) => `(SELECT count(*) FROM ${table})`);
  const [answer] = await ask(home.path(folder, 'float.duckdb'), `SELECT ${counts}`);
  return answer?.rows[0];
}

/** Runs all commands of docs/recipes.md in a shell. Returns the number of rows that each of them prints. */
async function recipeRows(): Promise<number[]> {
  const text = await readFile(new URL('../docs/recipes.md', import.meta.url), 'utf8');
  const blocks = [...text.matchAll(/```sh\n(.*?)```/gs)].map(([, block = '']) => block);
  const program = fileURLToPath(new URL('../dist/demo/query.js', import.meta.url));
  const script = blocks.join('').replaceAll(/^npm run query( --)?/gm, `"${process.execPath}" "${program}"`);
  const { stdout } = await promisify(execFile)('sh', ['-e', '-c', script], { cwd: home.folder });
  return [...stdout.matchAll(/^(\d+) rows?$/gm)].map(([, rows]) => Number(rows));
}

test('the made-up company: all rows, then the changes; every command of docs/recipes.md has a result', async () => {
  const { code, text, stderr, isAlive } = await home.demo([]);
  expect({ code, stderr, isAlive }).toEqual({ code: 0, stderr: '', isAlive: false });
  expect(text).toContain('none was refused because of the quota');
  expect(text).toContain(
    'In DuckDB: 1 deleted in people, 1 deleted in projects, 2 added in logged_time, 3 changed in logged_time, 1 deleted in logged_time.',
  );
  expect(text).toContain('DuckDB contains exactly the rows of the server');
  const { people, projects, counts } = COMPANY;
  const sizes = [people - 1, projects - 1, counts.tasks, counts['logged-time'] + 1];
  expect(await rows(['people', 'projects', 'tasks', 'logged_time'], 'demo-output')).toEqual(sizes);
  expect(await readFile(home.path('demo-output', 'float.html'), 'utf8')).toContain('<h1>A made-up company</h1>');

  const found = await recipeRows();
  expect(found.length).toBeGreaterThan(5);
  // Only the last recipe has no rows, because the demo's file keeps no deleted rows.
  expect(found.indexOf(0)).toBe(found.length - 1);
});

test('an account: all rows, then the changes; without one of the two files of the last sync, all rows again', async () => {
  const api = await startApi(SMALL);
  await home.sync(api);
  const [newest, other] = api.company.rows('logged-time');
  api.company.update('logged-time', String(newest?.logged_time_id), { hours: 1.25 });
  api.company.remove('logged-time', String(other?.logged_time_id));
  const second = await home.sync(api);
  expect(second).toMatchObject({ code: 0, stderr: '' });
  expect(second.text).toContain('read: changes since the last sync.');
  expect(await rows(['logged_time'])).toEqual([59]);
  expect(await home.page()).toMatch(/<th scope="row">logged_time<\/th>(<td>\d+<\/td>){2}<td>1<\/td><td>1<\/td>/);

  for (const [index, file] of ['float.duckdb', 'state.json'].entries()) {
    const [task] = api.company.rows('tasks');
    api.company.remove('tasks', Number(task?.task_id));
    await rm(home.path('out', file));
    expect((await home.sync(api)).text).toContain('all streams, for the first time');
    expect(await rows(['tasks', 'people'])).toEqual([59 - index, 10]);
  }
  expect(await home.leaks()).toEqual([]);
});

test('a missing feature is reported with its reason, the rest is read, and the exit code is 1', async () => {
  const api = await startApi({ ...SMALL, timeTracking: false, absent: [...SMALL.absent, '/roles'] });
  await chmod(home.path('token.txt'), 0o644);
  const { code, stdout, text, stderr } = await home.sync(api);
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
  expect(text).toContain('can read the token file token.txt (mode 644). Run: chmod 600 token.txt');
  expect(stdout).toMatch(/^ {2}logged_time: failed$/m);
  expect(text).toContain('logged_time failed: Time tracking is switched off in this Float account.');
  expect(text).toContain('roles failed: 127.0.0.1');
  expect(text).toContain('2 streams of 16 failed. The data of the other streams is complete.');
  expect(await rows(['people', 'roles', 'logged_time'])).toEqual([10, 0, 0]);
  expect(await home.page()).toMatch(/Logged time: Time tracking is switched off.*<th scope="row">people</s);
});

test.each([
  ['SIGINT', 130],
  // The demo cannot clean up.
  ['SIGKILL', null],
] as const)(
  'stopped by %s while the server is silent, the demo leaves no token, and continues next time',
  async (signal, code) => {
    const api = await startApi(SMALL);
    api.script('/tasks', { kind: 'hang' });
    let leaks: Promise<string[]> | undefined;
    const stop = (stdout: string, child: ChildProcess) => {
      if (leaks !== undefined || !stdout.includes('  logged_time: ')) return;
      leaks = home.leaks().finally(() => child.kill(signal));
    };
    const stopped = await home.sync(api, stop);
    expect(stopped).toMatchObject({ code, stderr: '' });
    expect([await leaks, await home.leaks()]).toEqual([[], []]);
    if (signal === 'SIGINT') {
      expect(stopped.text).toContain('Run the same command again to continue.');
      expect(stopped.isAlive).toBe(false);
    }

    api.resetRequests();
    expect(await home.sync(api)).toMatchObject({ code: 0, stderr: '' });
    expect(await rows(['tasks'])).toEqual([60]);
    expect(api.requestsTo('/logged-time')[0]?.query).toHaveProperty('modified_since');
  },
);

test('a token from the environment works like one from a file; later, a wrong token leaves the data as it is', async () => {
  const api = await startApi(SMALL);
  const env = { FLOAT_API_TOKEN: TOKEN, FLOAT_BASE_URL: api.url };
  expect(await home.demo([], env)).toMatchObject({ code: 0, stderr: '' });
  const usual = `demo-output/${new URL(api.url).host.replace(':', '_')}`;
  expect(await home.leaks()).toEqual([]);
  const wrong = await home.demo([], { ...env, FLOAT_API_TOKEN: 'a-token-of-nobody' });
  expect(wrong.code).toBe(1);
  expect(wrong.stderr).toMatch(/check failed.*refused the API token/);
  expect(wrong.stdout + wrong.stderr).not.toContain('a-token-of-nobody');
  expect(await rows(['people'], usual)).toEqual([10]);
});

test('wrong usage and a folder that cannot be created are refused with a reason', async () => {
  const usage = await home.demo(['--base-url', 'https://api.float.com/v3']);
  expect(usage).toMatchObject({ code: 2, stdout: '' });
  expect(usage.stderr).toMatch(/needs a token.*\nusage: npm run demo/);
  await writeFile(home.path('taken'), '');
  const taken = await home.demo(['--token-file', 'token.txt', 'taken']);
  expect({ code: taken.code, stderr: taken.stderr.trim() }).toEqual({
    code: 1,
    stderr:
      'The folder taken cannot be created: a file has this name. To pass a token file, write --token-file before it.',
  });
});
