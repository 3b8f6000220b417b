import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, jest, test } from '@jest/globals';
import { startApi } from './support/api.ts';

jest.setTimeout(60_000);

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** The programs that npm's scripts end with, and those that are called by their path. */
const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
const COMMANDS = [
  ...new Set([
    ...Object.values(scripts).flatMap((script) => script.match(/\bnode [\w/.-]+/g) ?? []),
    ...readdirSync(join(ROOT, 'scripts'))
      .filter((name) => name.endsWith('.mjs') && name !== 'command-line.mjs')
      .map((name) => `node scripts/${name}`),
  ]),
].map((command) => command.slice('node '.length));

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const run = (program: string, ...args: string[]): Promise<Ended> =>
  new Promise((resolve) => {
    const options = { cwd: ROOT, env: { ...process.env, npm_lifecycle_event: undefined } };
    execFile(process.execPath, [program, ...args], options, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });

test('the commands of package.json and of scripts/ are found', () => {
  expect(COMMANDS).toEqual(expect.arrayContaining(['dist/demo/main.js', 'scripts/screenshot.mjs', 'e2e/run.mjs']));
});

/** Of all commands at once: most of the time goes into starting Node. */
async function eachWith(option: string): Promise<Record<string, Ended>> {
  const ended = await Promise.all(COMMANDS.map(async (program) => [program, await run(program, option)] as const));
  return Object.fromEntries(ended);
}

const all = (expected: unknown): Record<string, unknown> =>
  Object.fromEntries(COMMANDS.map((program) => [program, expected]));

test('every command refuses an unknown option and prints its usage', async () => {
  const refusal = expect.stringMatching(/--no-such-option.*\n(?:.*\n)*usage: /);
  expect(await eachWith('--no-such-option')).toEqual(all({ code: 2, stdout: '', stderr: refusal }));
});

test('--help of every command prints help and does nothing else', async () => {
  const picture = join(ROOT, 'docs/images/demo.png');
  const before = statSync(picture).mtimeMs;
  expect(await eachWith('--help')).toEqual(all({ code: 0, stdout: expect.stringMatching(/^usage: /), stderr: '' }));
  expect(statSync(picture).mtimeMs).toBe(before);
});

test('the mock API on a port that another program has says which option chooses another', async () => {
  const { port } = new URL((await startApi()).url);
  const refusal = expect.stringMatching(new RegExp(`port ${port}\\. .*--port`));
  expect(await run('dist/mock-api/main.js', '--port', port)).toEqual({ code: 1, stdout: '', stderr: refusal });
});
