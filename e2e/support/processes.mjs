import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** Time-out of one command. Only a build takes longer than a few seconds. */
const LONGEST_MS = 10 * 60_000;

/** Runs a command to its end. `code`: its exit code, the signal that ended it, or why it could not be started. */
export function run(command, args, options = {}) {
  const child = spawn(command, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'], timeout: LONGEST_MS, ...options });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr']) {
    child[name].setEncoding('utf8').on('data', (text) => {
      output[name] += text;
    });
  }
  return new Promise((resolve) => {
    child
      .once('error', (error) => resolve({ code: error.code, ...output, stderr: error.message }))
      .once('close', (code, signal) => resolve({ code: code ?? signal, ...output }));
  });
}

/** Runs a command; throws if it fails. */
export async function succeed(command, args, options) {
  const ran = await run(command, args, options);
  assert.equal(ran.code, 0, `${command} ${args[0]}\n${ran.stdout}\n${ran.stderr}`.trim().slice(-3000));
  return ran;
}

/** Starts the mock API in a separate process: `{ url, token, stop }`. */
export async function startMock(...options) {
  const mock = spawn(process.execPath, [join(ROOT, 'dist/mock-api/main.js'), '--port', '0', ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface(mock.stdout)) return { ...JSON.parse(line), stop: () => mock.kill() };
  throw new Error('The mock API did not start. Is the project built (npm run build)?');
}

export async function readJson(path) {
  return JSON.parse(await readFile(join(ROOT, path), 'utf8'));
}
