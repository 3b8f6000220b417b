import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach } from '@jest/globals';
import { withoutJest } from './environment.ts';

export interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
  readonly signal: string | null;
}

/** `clock`: a FastClock, or undefined for the system's clock. */
export interface WarmRun {
  readonly argv: readonly string[];
  readonly clock: object | undefined;
}

interface RunUnderWay {
  readonly stdout: Uint8Array[];
  readonly stderr: Uint8Array[];
  readonly end: (code: number | null, signal: string | null) => void;
}

interface Message {
  readonly id: number;
  readonly stdout?: Uint8Array;
  readonly stderr?: Uint8Array;
  readonly code?: number;
}

const SCRIPT = fileURLToPath(new URL('warm-connector.mjs', import.meta.url));

/** Shared by the runs of a test file. The first run starts it. */
let shared: ChildProcess | undefined;
let lastId = 0;
const underWay = new Map<number, RunUnderWay>();

/** Runs the built connector in a process that has already loaded it. */
export function runWarm(run: WarmRun): Promise<Outcome> {
  shared ??= start();
  const child = shared;
  lastId += 1;
  const id = lastId;
  return new Promise((resolve) => {
    const stdout: Uint8Array[] = [];
    const stderr: Uint8Array[] = [];
    const end: RunUnderWay['end'] = (code, signal) => {
      underWay.delete(id);
      resolve({ stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString(), code, signal });
    };
    underWay.set(id, { stdout, stderr, end });
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
  child.on('message', ({ id, stdout, stderr, code }: Message) => {
    const run = underWay.get(id);
    if (stdout !== undefined) run?.stdout.push(stdout);
    if (stderr !== undefined) run?.stderr.push(stderr);
    if (code !== undefined) run?.end(code, null);
  });
  // Output that does not go through the streams of a run, such as a warning of Node, counts as stderr of each current run.
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk) => {
      for (const { stderr } of underWay.values()) stderr.push(chunk);
    });
  child.once('close', (code, signal) => {
    if (shared === child) shared = undefined;
    for (const run of underWay.values()) run.end(code, signal);
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
afterEach(() => (underWay.size > 0 ? stop() : undefined));
afterAll(stop);
