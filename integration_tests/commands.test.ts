import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { startApi } from './support/api.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** The programs that npm's scripts call, and those in scripts/. */
const { scripts } = JSON.parse(readFileSync(`${ROOT}/package.json`, 'utf8')) as { scripts: Record<string, string> };
const ofNpm = Object.values(scripts).flatMap((script) => script.match(/(?<=\bnode )[\w/.-]+/g) ?? []);
const ofFolder = readdirSync(`${ROOT}/scripts`).filter((name) => name.endsWith('.mjs') && name !== 'command-line.mjs');
const COMMANDS = [...new Set([...ofNpm, ...ofFolder.map((name) => `scripts/${name}`)])];

const run = (program: string, ...args: string[]) =>
  new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    const options = { cwd: ROOT, env: { ...process.env, npm_lifecycle_event: undefined } };
    execFile(process.execPath, [program, ...args], options, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });

test('every command refuses an unknown option and prints its usage', async () => {
  expect(COMMANDS).toEqual(expect.arrayContaining(['dist/demo/main.js', 'scripts/screenshot.mjs', 'e2e/run.mjs']));
  // Whatever refuses an option with its usage uses scripts/command-line.mjs, which also answers --help.
  const refusal = { code: 2, stdout: '', stderr: expect.stringMatching(/--no-such-option.*\n(?:.*\n)*usage: /) };
  const refusals = COMMANDS.map(async (program) => ({ program, ...(await run(program, '--no-such-option')) }));
  expect(await Promise.all(refusals)).toEqual(COMMANDS.map((program) => ({ program, ...refusal })));
});

test('--help prints help and does nothing else', async () => {
  const help = { code: 0, stdout: expect.stringMatching(/^usage: /), stderr: '' };
  expect(await run('scripts/release.mjs', '--help')).toEqual(help);
});

test('the mock API on a port that another program has says which option chooses another', async () => {
  const { port } = new URL((await startApi()).url);
  const refusal = expect.stringMatching(new RegExp(`port ${port}\\. .*--port`));
  expect(await run('dist/mock-api/main.js', '--port', port)).toEqual({ code: 1, stdout: '', stderr: refusal });
});
