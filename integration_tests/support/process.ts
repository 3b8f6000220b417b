import { type ChildProcess, spawn } from 'node:child_process';
import { open, readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { afterEach } from '@jest/globals';
import { withoutJest } from './environment.ts';
import { type Outcome, Run } from './run.ts';
import { runWarm } from './warm-connector.ts';

const pathOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The built connector, as users start it. */
export const CONNECTOR = pathOf('../../dist/src/main.js');

/** The same build with the clock of the test (see the file). */
const CLOCKED = pathOf('clocked-connector.mjs');

/** A clock that showed `start` at the real time `since`, and runs `speed` times as fast as the real one. */
export interface FastClock {
  readonly speed: number;
  readonly start: number;
  readonly since: number;
}

/** For runs that wait although the test is not about waiting. */
export const quickly = (): FastClock => ({ speed: 20, start: Date.now(), since: Date.now() });

/** For a mock whose clock only the test moves: the connector's clock starts at the same time and then runs on. */
export const clockAt = (start: number): FastClock => ({ speed: 1, start, since: Date.now() });

/** A run with any of `cwd`, `env`, `script`, `stdout` and `started` gets a process of its own. */
export interface ProcessOptions {
  cwd?: string;
  env?: Record<string, string | undefined>;
  clock?: FastClock;
  /** Another program than the built connector. */
  script?: string;
  /** The file to which stdout goes instead of a pipe. */
  stdout?: string;
  /** Called with the process once it runs. */
  started?: (process: ChildProcess) => void;
  /** Texts that must not be in the output, neither unchanged nor URL-encoded. */
  secrets?: readonly string[];
}

/** Every run gets a process of its own, as on a platform. */
const OWN_PROCESSES = process.env.OWN_PROCESSES === '1';

/** Runs the connector with these arguments until it ends. */
export async function command(args: readonly string[], options: ProcessOptions = {}): Promise<Run> {
  const { cwd, env, clock, script, stdout: target, started, secrets = [] } = options;
  const isOrdinary = [cwd, env, script, target, started].every((option) => option === undefined);
  const isWarm = isOrdinary && !OWN_PROCESSES;
  const run = new Run(await (isWarm ? runWarm({ argv: args, clock }) : runInOwnProcess(args, options)));
  for (const secret of secrets) if (secret !== '') run.assertWithout(secret);
  return run;
}

async function runInOwnProcess(args: readonly string[], options: ProcessOptions): Promise<Outcome> {
  const { cwd, env = {}, clock, started } = options;
  const script = options.script ?? (clock === undefined ? CONNECTOR : CLOCKED);
  const target = options.stdout === undefined ? undefined : await open(options.stdout, 'w');
  const child = spawn(process.execPath, [script, ...args], {
    cwd: cwd ?? tmpdir(),
    env: { ...withoutJest(process.env), CLOCK: JSON.stringify(clock), ...env },
    stdio: ['ignore', target?.fd ?? 'pipe', 'pipe'],
  });
  running.add(child);
  const chunks = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  child.stdout?.on('data', (chunk) => chunks.stdout.push(chunk));
  child.stderr?.on('data', (chunk) => chunks.stderr.push(chunk));
  started?.(child);
  const ended = await new Promise<{ code: number | null; signal: string | null }>((resolve, reject) => {
    child.once('error', reject).once('close', (code, signal) => resolve({ code, signal }));
  });
  running.delete(child);
  await target?.close();
  const stdout = Buffer.concat(chunks.stdout).toString() + (await contentOf(options.stdout));
  return { stdout, stderr: Buffer.concat(chunks.stderr).toString(), ...ended };
}

/** Empty for a device such as /dev/full, which has no end. */
async function contentOf(path: string | undefined): Promise<string> {
  return path !== undefined && (await stat(path)).isFile() ? readFile(path, 'utf8') : '';
}

const running = new Set<ChildProcess>();

// Ends the processes of a test that failed before they ended.
afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
});
