import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from '@jest/globals';
import { type Api, startApi, TOKEN } from '../integration_tests/support/api.ts';
import { demo, isAlive, PATIENCE, tableSizes } from '../integration_tests/support/demo.ts';
import { temporaryFolder } from '../integration_tests/support/inputs.ts';
import { STREAMS } from '../src/float/streams.ts';

/** Without optional streams, because reports (30 requests a minute) would take most of the time. */
const SMALL = {
  company: { people: 10, projects: 3, weeks: 2 },
  absent: STREAMS.filter(({ isOptional }) => isOptional).map(({ path }) => path),
};

/** Folder for all files of a test, including temporary files of the demo and the connector. */
let home: string;
let output: string;
let temporary: string;

beforeEach(async () => {
  home = await mkdtemp(join(await temporaryFolder(), 'home-'));
  output = join(home, 'demo-output', 'account');
  temporary = await mkdtemp(join(home, 'tmp-'));
  await writeFile(join(home, 'token.txt'), `${TOKEN}\n`, { mode: 0o600 });
});

const sync = (api: Api, onOutput?: (text: string, child: ChildProcess) => void, token = 'token.txt') =>
  demo(home, {
    args: ['--base-url', api.url, '--token-file', token, join('demo-output', 'account')],
    env: { TMPDIR: temporary },
    ...(onOutput === undefined ? {} : { onOutput }),
  });

const database = (): string => join(output, 'float.duckdb');
const page = (): Promise<string> => readFile(join(output, 'float.html'), 'utf8');

/** The files that contain the token, except the user's token file. */
async function leaks(): Promise<string[]> {
  const entries = await readdir(home, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const found = [];
  for (const file of files) if ((await readFile(file)).includes(TOKEN)) found.push(file);
  return found.filter((file) => file !== join(home, 'token.txt'));
}

test(
  'an account comes as a whole, then only what has changed, and its token is in no file',
  async () => {
    const api = await startApi(SMALL);
    const first = await sync(api);
    expect({ code: first.code, stderr: first.stderr }).toEqual({ code: 0, stderr: '' });
    expect(first.stdout).not.toContain(TOKEN);
    const requests = api.requests.length;
    const sizes = await tableSizes(database());
    expect(Object.fromEntries(sizes)).toMatchObject({ people: 10, projects: 3, logged_time: 60 });
    const records = [...sizes.values()].reduce((sum, size) => sum + size, 0);
    // All requests but that of the check and those of the discovery.
    expect(first.text).toContain(` total ${records} ${requests - 1 - SMALL.absent.length} `);

    const [newest, other] = api.company.rows('logged-time');
    api.company.update('logged-time', String(newest?.logged_time_id), { hours: 1.25 });
    api.company.remove('logged-time', String(other?.logged_time_id));
    const second = await sync(api);
    expect({ code: second.code, stderr: second.stderr }).toEqual({ code: 0, stderr: '' });
    expect(second.text).toContain('read: changes since the last sync.');
    expect((await tableSizes(database())).get('logged_time')).toBe(59);
    expect(await page()).toMatch(
      /<th scope="row">logged_time<\/th>(<td class="number">\d+<\/td>){2}<td class="number">1<\/td><td class="number">1<\/td>/,
    );

    expect(await leaks()).toEqual([]);
    expect(await readdir(temporary)).toEqual([]);
  },
  PATIENCE,
);

test(
  'a missing feature is reported with its reason, the rest is read, and the exit code is 1',
  async () => {
    const api = await startApi({ ...SMALL, timeTracking: false, absent: [...SMALL.absent, '/roles'] });
    const { code, stdout, text, stderr } = await sync(api);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout).toMatch(/^ {2}logged_time: failed$/m);
    expect(text).toContain('logged_time failed: Time tracking is switched off in this Float account.');
    expect(text).toContain('roles failed: 127.0.0.1');
    expect(text).toContain('2 streams of 16 failed. The data of the other streams is complete.');
    expect(Object.fromEntries(await tableSizes(database()))).toMatchObject({ people: 10, roles: 0, logged_time: 0 });
    expect(await page()).toMatch(/Logged time: Time tracking is switched off.*<th scope="row">people</s);
  },
  PATIENCE,
);

test(
  'a wrong token ends it in words, and leaves what an earlier sync brought',
  async () => {
    const api = await startApi(SMALL);
    await sync(api);
    await writeFile(join(home, 'wrong.txt'), 'a-token-of-nobody');
    const { code, stdout, stderr } = await sync(api, undefined, 'wrong.txt');
    expect(code).toBe(1);
    expect(stderr).toMatch(/check failed.*refused the API token/);
    expect(stdout + stderr).not.toContain('a-token-of-nobody');
    expect((await tableSizes(database())).get('people')).toBe(10);
  },
  PATIENCE,
);

test(
  'interrupted while the server is silent, it leaves nothing running and no token, and goes on the next time',
  async () => {
    const api = await startApi(SMALL);
    api.script('/tasks', { kind: 'hang' });
    let asked = false;
    const { code, text, stderr, group } = await sync(api, (stdout, child) => {
      if (asked || !stdout.includes('  logged_time: ')) return;
      asked = true;
      child.kill('SIGINT');
    });
    expect({ code, stderr }).toEqual({ code: 130, stderr: '' });
    expect(text).toContain('Run the same command again to continue.');
    expect(isAlive(group)).toBe(false);
    expect(await leaks()).toEqual([]);
    expect(await readdir(temporary)).toEqual([]);

    api.resetRequests();
    const next = await sync(api);
    expect({ code: next.code, stderr: next.stderr }).toEqual({ code: 0, stderr: '' });
    expect((await tableSizes(database())).get('tasks')).toBe(60);
    expect(api.requestsTo('/logged-time')[0]?.query).toHaveProperty('modified_since');
  },
  PATIENCE,
);

test(
  'killed without a chance to clean up, it leaves no token behind',
  async () => {
    const api = await startApi(SMALL);
    api.script('/tasks', { kind: 'hang' });
    let during: Promise<string[]> | undefined;
    const { code } = await sync(api, (stdout, child) => {
      if (during !== undefined || !stdout.includes('  logged_time: ')) return;
      during = leaks().finally(() => child.kill('SIGKILL'));
    });
    expect(code).toBeNull();
    expect(await during).toEqual([]);
    expect(await leaks()).toEqual([]);
    expect(await readdir(temporary)).toEqual([]);
  },
  PATIENCE,
);

test.each(['float.duckdb', 'state.json'])(
  'without %s of an earlier sync, it begins anew: neither is worth anything without the other',
  async (file) => {
    const api = await startApi(SMALL);
    await sync(api);
    const [gone] = api.company.rows('clients');
    const [task] = api.company.rows('tasks');
    api.company.remove('clients', Number(gone?.client_id));
    api.company.remove('tasks', Number(task?.task_id));
    await rm(join(output, file));
    const { text } = await sync(api);
    expect(text).toContain('all streams, for the first time');
    expect(Object.fromEntries(await tableSizes(database()))).toMatchObject({ clients: 1, tasks: 59, people: 10 });
  },
  PATIENCE,
);

test('a token from the environment works like one from a file', async () => {
  const api = await startApi(SMALL);
  const { code, stderr } = await demo(home, { env: { FLOAT_API_TOKEN: TOKEN, FLOAT_BASE_URL: api.url } });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(existsSync(join(home, 'demo-output', new URL(api.url).host.replace(':', '_'), 'float.duckdb'))).toBe(true);
  expect(await leaks()).toEqual([]);
});

test.each([
  [['--token', TOKEN], 2, /Unknown option --token\..*\nusage: npm run demo/],
  [['--base-url', 'https://api.float.com/v3'], 2, /needs a token.*\nusage: npm run demo/],
  [['--token-file', 'missing.txt'], 1, /token file .*missing\.txt cannot be read: it does not exist/],
])('%j is refused with exit code %i', async (args, code, message) => {
  const run = await demo(home, { args });
  expect(run).toMatchObject({ code, stdout: '' });
  expect(run.stderr).toMatch(message);
  expect(run.stderr).not.toContain(TOKEN);
  expect(existsSync(join(home, 'demo-output'))).toBe(false);
});

test(
  'a folder whose place is taken by a file is refused in words, and a token that others can read is warned of',
  async () => {
    await writeFile(join(home, 'open.txt'), TOKEN);
    await chmod(join(home, 'open.txt'), 0o644);
    const taken = await demo(home, { args: ['--token-file', 'open.txt', 'open.txt'] });
    expect({ code: taken.code, stderr: taken.stderr.trim() }).toEqual({
      code: 1,
      stderr:
        'The folder open.txt cannot be created: a file has this name. To pass a token file, write --token-file before it.',
    });
    const api = await startApi(SMALL);
    const { code, text } = await demo(home, { args: ['--token-file', 'open.txt', '--base-url', api.url, 'out'] });
    expect(code).toBe(0);
    expect(text).toContain('can read the token file open.txt (mode 644). Run: chmod 600 open.txt');
  },
  PATIENCE,
);

test('--help prints the usage', async () => {
  const { code, stdout, stderr } = await demo(home, { args: ['--help'] });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^usage: npm run demo.*--token-file.*--base-url/s);
});
