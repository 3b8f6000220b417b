import { type ChildProcess, spawn } from 'node:child_process';
import { open, readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { afterEach } from '@jest/globals';
import { withoutJest } from './environment.ts';
import { Run } from './run.ts';
import { type Outcome, runWarm } from './warm-connector.ts';

const pathOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The built connector, as users start it. */
export const CONNECTOR = pathOf('../../dist/src/main.js');

/** The same build with a clock of its own (see the file). */
const CLOCKED = pathOf('clocked-connector.mjs');

/** A clock that stood at `start` at the real moment `since` and has run `speed` times as fast ever after. */
export interface FastClock {
  readonly speed: number;
  readonly start: number;
  readonly since: number;
}

/** For runs whose waits are not the matter. */
export const quickly = (): FastClock => ({ speed: 20, start: Date.now(), since: Date.now() });

/** For a mock whose clock only the test moves: the connector's clock shows the same, and runs on from there. */
export const clockAt = (start: number): FastClock => ({ speed: 1, start, since: Date.now() });

export interface ProcessOptions {
  cwd?: string;
  env?: Record<string, string | undefined>;
  clock?: FastClock;
  /** Another script than the built connector. */
  script?: string;
  /** The file to which stdout goes instead of a pipe. */
  stdout?: string | undefined;
  /** Run in a process of its own, even if no other option requires it. */
  ownProcess?: boolean;
  /** What must be found nowhere in the output, neither as it is nor URL-encoded. */
  secrets?: readonly string[];
  /** Called with the process once it runs. */
  started?: (process: ChildProcess) => void;
  /** Real milliseconds after which the process is taken to hang. */
  patience?: number;
}

const TOO_LONG = 60_000;

/** Every run gets a process of its own, as on a platform. */
const OWN_PROCESSES = process.env.OWN_PROCESSES === '1';

/** Runs the connector to its end, whatever it is asked and however it ends. */
export async function command(args: readonly string[], options: ProcessOptions = {}): Promise<Run> {
  const { clock, secrets = [], patience = TOO_LONG } = options;
  let hangs = false;
  let timer: NodeJS.Timeout | undefined;
  const watch = (child: ChildProcess): void => {
    timer = setTimeout(() => {
      hangs = true;
      child.kill('SIGKILL');
    }, patience);
  };
  const { cwd, env, script, stdout: target, started, ownProcess = OWN_PROCESSES } = options;
  const isOrdinary = [cwd, env, script, target, started].every((option) => option === undefined);
  const { stdout, stderr, code, signal } = await (isOrdinary && !ownProcess
    ? runWarm({ argv: args, clock }, watch)
    : runInOwnProcess(args, options, watch));
  clearTimeout(timer);
  const run = new Run(stdout, stderr, code, signal, args);
  if (hangs) throw new Error(`The connector did not end within ${patience} ms. It said:\n${run.stdout.slice(-3000)}`);
  for (const secret of secrets) if (secret !== '') run.assertWithout(secret);
  return run;
}

async function runInOwnProcess(
  args: readonly string[],
  options: ProcessOptions,
  watch: (child: ChildProcess) => void,
): Promise<Outcome> {
  const { cwd, env = {}, clock, started } = options;
  const script = options.script ?? (clock === undefined ? CONNECTOR : CLOCKED);
  const target = options.stdout === undefined ? undefined : await open(options.stdout, 'w');
  const child = spawn(process.execPath, [script, ...args], {
    cwd: cwd ?? tmpdir(),
    env: { ...withoutJest(process.env), CLOCK: JSON.stringify(clock), ...env },
    stdio: ['ignore', target?.fd ?? 'pipe', 'pipe'],
  });
  endWithTheTest(child);
  const chunks = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  child.stdout?.on('data', (chunk) => chunks.stdout.push(chunk));
  child.stderr?.on('data', (chunk) => chunks.stderr.push(chunk));
  started?.(child);
  watch(child);
  const { code, signal } = await new Promise<{ code: number | null; signal: string | null }>((resolve, reject) => {
    child.once('error', reject).once('close', (code, signal) => resolve({ code, signal }));
  });
  await target?.close();
  const stdout = Buffer.concat(chunks.stdout).toString() + (await contentOf(options.stdout));
  return { stdout, stderr: Buffer.concat(chunks.stderr).toString(), code, signal };
}

/** A device has no end. */
async function contentOf(path: string | undefined): Promise<string> {
  return path !== undefined && (await stat(path)).isFile() ? readFile(path, 'utf8') : '';
}

const running = new Set<ChildProcess>();

/** A test that fails half-way leaves no process behind. */
export function endWithTheTest(child: ChildProcess): void {
  running.add(child);
  child.once('close', () => running.delete(child));
}

afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
});
