import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, jest, test } from '@jest/globals';
import { startApi } from './support/api.ts';

jest.setTimeout(60_000);

const PROGRAM = fileURLToPath(new URL('../dist/probe/main.js', import.meta.url));

/** Runs the probe in a folder of its own, with a token that no server accepts. */
async function runProbe(args: string[], tokenMode = 0o600) {
  const cwd = await mkdtemp(join(tmpdir(), 'probe-'));
  try {
    await writeFile(join(cwd, 'token'), 'flt_no-such-token\n', { mode: tokenMode });
    const ended = await new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) => {
      execFile(process.execPath, [PROGRAM, ...args], { cwd }, (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : error.code, stdout, stderr }),
      );
    });
    expect(ended.stdout + ended.stderr).not.toContain('flt_no-such-token');
    return { ...ended, files: readdirSync(cwd) };
  } finally {
    await rm(cwd, { recursive: true });
  }
}

test('an account that refuses the token ends the probe after one request, without a report', async () => {
  const api = await startApi();
  const { code, stderr, files } = await runProbe(['--token-file', 'token', '--base-url', api.url]);
  expect({ code, stderr, files }).toEqual({
    code: 1,
    stderr: 'The server refused the token (401). Check the token file.\n',
    files: ['token'],
  });
  expect(api.requests).toHaveLength(1);
});

test.each([
  { args: [], code: 2, says: '--token-file is missing.' },
  { args: ['flt_no-such-token'], code: 2, says: 'An argument is not an option.' },
  { args: ['--token-file', 'none'], code: 1, says: 'it does not exist' },
  { args: ['--token-file', 'token', '--base-url', 'http://api.float.example'], code: 1, says: 'base_url' },
])('$args is refused with a clear message', async ({ args, code, says }) => {
  expect(await runProbe(args)).toMatchObject({ code, stderr: expect.stringContaining(says), files: ['token'] });
});

// Windows has no such modes.
(process.platform === 'win32' ? test.skip : test)('a token file that others can read causes a warning', async () => {
  const { stderr } = await runProbe(['--token-file', 'token', '--base-url', (await startApi()).url], 0o644);
  expect(stderr).toMatch(/^Warning: .*\(mode 644\)\. Run: chmod 600 token\n/);
});
