import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach } from '@jest/globals';
import { withoutJest } from './environment.ts';
import type { Outcome } from './run.ts';

/** `clock`: a FastClock, or undefined for the system's clock. */
export interface WarmRun {
  readonly argv: readonly string[];
  readonly clock: object | undefined;
}

const SCRIPT = fileURLToPath(new URL('warm-connector.mjs', import.meta.url));

/** Shared by the runs of a test file. The first run starts it. */
let shared: ChildProcess | undefined;
let lastId = 0;
const running = new Map<number, (outcome: Outcome) => void>();

/** Runs the built connector in a process that has already loaded it. */
export function runWarm(run: WarmRun): Promise<Outcome> {
  shared ??= start();
  const child = shared;
  lastId += 1;
  const id = lastId;
  return new Promise((resolve) => {
    running.set(id, resolve);
    // If the process is ending, the message fails, and the end of the process ends this run.
    child.send({ id, ...run }, () => undefined);
  });
}

function start(): ChildProcess {
  const child = fork(SCRIPT, {
    cwd: tmpdir(),
    env: withoutJest(process.env),
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  // Output that does not go through the streams of a run, such as a warning of Node, counts as stderr of the next run that ends.
  let stray = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk) => {
      stray += chunk;
    });
  const end = (id: number, outcome: Outcome): void => {
    running.get(id)?.({ ...outcome, stderr: outcome.stderr + stray });
    running.delete(id);
    stray = '';
  };
  child.on('message', ({ id, ...outcome }: Outcome & { id: number }) => end(id, outcome));
  child.once('close', (code, signal) => {
    if (shared === child) shared = undefined;
    for (const id of running.keys()) end(id, { stdout: '', stderr: '', code, signal });
  });
  return child;
}

async function stop(): Promise<void> {
  if (shared === undefined) return;
  const closed = once(shared, 'close');
  shared.kill('SIGKILL');
  await closed;
}

// A test that failed may have left a run.
afterEach(() => (running.size > 0 ? stop() : undefined));
afterAll(stop);
