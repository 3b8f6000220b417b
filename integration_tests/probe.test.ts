import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { startApi } from './support/api.ts';

const PROGRAM = fileURLToPath(new URL('../dist/probe/main.js', import.meta.url));

/** Runs the probe in a folder of its own, with a token that no server accepts. */
async function runProbe(...args: string[]) {
  const cwd = await mkdtemp(join(tmpdir(), 'probe-'));
  try {
    await writeFile(join(cwd, 'token'), 'flt_no-such-token\n');
    await chmod(join(cwd, 'token'), 0o644);
    const ended = await new Promise<{ code: unknown; stderr: string }>((resolve) => {
      execFile(process.execPath, [PROGRAM, ...args], { cwd }, (error, stdout, stderr) => {
        expect(stdout + stderr).not.toContain('flt_no-such-token');
        resolve({ code: error === null ? 0 : error.code, stderr });
      });
    });
    return { ...ended, files: await readdir(cwd) };
  } finally {
    await rm(cwd, { recursive: true });
  }
}

test('an account that refuses the token ends the probe after one request, without a report', async () => {
  const api = await startApi();
  const { code, stderr, files } = await runProbe('--token-file', 'token', '--base-url', api.url);
  expect(stderr).toMatch(/^The server refused the token \(401\)\. Check the token file\.$/m);
  // Windows has no such modes.
  if (process.platform !== 'win32') expect(stderr).toMatch(/^Warning: .*Run: chmod 600 token$/m);
  expect({ code, files }).toEqual({ code: 1, files: ['token'] });
  expect(api.requests).toHaveLength(1);
});

test.each([
  { args: [], code: 2, says: '--token-file is missing.' },
  { args: ['--token-file', 'token', '--base-url', 'http://api.float.example'], code: 1, says: 'base_url' },
])('$args is refused with a clear message', async ({ args, code, says }) => {
  expect(await runProbe(...args)).toMatchObject({ code, stderr: expect.stringContaining(says), files: ['token'] });
});
