import { spawn } from 'node:child_process';
import { open } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { afterAll } from '@jest/globals';
import type { ConnectorRun } from '../../src/cdk/testing/index.ts';
import { withoutJest } from './environment.ts';
import { assertRules } from './platform-rules.ts';
import { CONNECTOR, endWithTheTest } from './process.ts';
import { Run } from './run.ts';

/** Where the platform mounts its files (FileConstants.kt, AirbyteConfig.kt): here a folder in its place. */
const CONFIG_OF_A_CHECK = 'connectionConfiguration.json';
const ANSWER = 'jobOutput.json';
const FILES = { config: 'connectorConfig.json', catalog: 'catalog.json', state: 'inputState.json' };
const EXIT_CODE = 'exitCode.txt';

/** What the containers find in their environment (RuntimeEnvVarFactory.kt), as far as a source could look at it. */
const OF_EACH = { AIRBYTE_ENABLE_UNSAFE_CODE: 'false', JAVA_OPTS: '' };
const OF_A_READ = {
  ...OF_EACH,
  DEPLOYMENT_MODE: 'OSS',
  WORKER_CONNECTOR_IMAGE: 'source-float:0.0.0',
  WORKER_JOB_ID: '12',
  WORKER_JOB_ATTEMPT: '0',
  LOG_LEVEL: 'INFO',
  USE_STREAM_CAPABLE_STATE: 'true',
  USE_FILE_TRANSFER: 'false',
  CONCURRENT_SOURCE_STREAM_READ: 'false',
  DATA_CHANNEL_MEDIUM: 'STDIO',
  DATA_CHANNEL_FORMAT: 'JSONL',
};

/**
 * The script of ContainerCommandFactory.kt. Left out is its loop that looks for a file TERMINATED: what that kills is the
 * script itself, and the connector hears nothing of it.
 */
const script = (command: string, redirection: string): string => `
if [ -z "$AIRBYTE_ENTRYPOINT" ]; then
  echo "Entrypoint was not set! AIRBYTE_ENTRYPOINT must be set in the container."
  exit 127
fi
(eval "$AIRBYTE_ENTRYPOINT ${command}" ${redirection}) &
CHILD_PID=$!
wait $CHILD_PID
EXIT_CODE=$?
echo $EXIT_CODE > TEMP_EXIT_CODE.txt
mv TEMP_EXIT_CODE.txt ${EXIT_CODE}
exit $EXIT_CODE`;

const folders: string[] = [];

afterAll(() => Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true }))));

/** Without spaces, as the platform's: paths stand unquoted in the script. */
async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'source-float-pod-'));
  folders.push(folder);
  return folder;
}

const put = (folder: string, name: string, content: unknown): Promise<void> =>
  writeFile(join(folder, name), JSON.stringify(content), { mode: 0o444 });

function startShell(folder: string, command: string, redirection: string, env: Record<string, string>) {
  const shell = spawn('sh', ['-c', script(command, redirection)], {
    cwd: folder,
    env: { ...withoutJest(process.env), AIRBYTE_ENTRYPOINT: `'${process.execPath}' '${CONNECTOR}'`, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  endWithTheTest(shell);
  const ended = new Promise<void>((resolve, reject) => {
    shell.once('error', reject).once('close', () => resolve());
  });
  return { stderr: text(shell.stderr), ended };
}

export interface PodRun extends Run {
  /** What lies in the working directory afterwards. */
  readonly left: string[];
}

async function seen(folder: string, stdout: string, stderr: string, args: string[]): Promise<PodRun> {
  const code = Number(await readFile(join(folder, EXIT_CODE), 'utf8'));
  return Object.assign(new Run(stdout, stderr, code, null, args), { left: (await readdir(folder)).sort() });
}

/** Runs a verb that answers as the platform does: stdout is a file. */
export async function answerInPod(verb: Exclude<ConnectorRun['verb'], 'read'>, config?: unknown): Promise<PodRun> {
  const folder = await emptyFolder();
  const path = join(folder, CONFIG_OF_A_CHECK);
  if (config !== undefined) await put(folder, CONFIG_OF_A_CHECK, config);
  const args = config === undefined ? [verb] : [verb, '--config', path];
  const shell = startShell(folder, args.join(' '), `> ${ANSWER}`, { ...OF_EACH, OPERATION_TYPE: verb });
  await shell.ended;
  const run = await seen(folder, await readFile(join(folder, ANSWER), 'utf8'), await shell.stderr, args);
  assertRules({ verb, ...run });
  return run;
}

export interface PodRead {
  config: unknown;
  catalog: unknown;
  /** No file and no `--state` where there is none. */
  state?: unknown;
  /** Hears each line; the sync is cancelled once it says so. */
  onLine?: ((line: string) => 'cancel' | undefined) | undefined;
}

/** Reads as the platform does, through named pipes. It cancels by closing its ends of them (ContainerIOHandle.kt). */
export async function readInPod({ config, catalog, state, onLine }: PodRead): Promise<PodRun> {
  const folder = await emptyFolder();
  const args = ['read', '--config', join(folder, FILES.config), '--catalog', join(folder, FILES.catalog)];
  await put(folder, FILES.config, config);
  await put(folder, FILES.catalog, catalog);
  if (state !== undefined) {
    await put(folder, FILES.state, state);
    args.push('--state', join(folder, FILES.state));
  }
  const pipes = ['stdout', 'stderr'].map((name) => join(folder, name));
  await finished('mkfifo', '-m', '666', ...pipes);
  const shell = startShell(folder, args.join(' '), '> stdout 2> stderr', OF_A_READ);
  const [stdout, stderr] = await Promise.all(pipes.map(readingEnd));
  if (stdout === undefined || stderr === undefined) throw new Error('unreachable: two pipes have two ends');

  const lines: string[] = [];
  let isCancelled = false;
  const said = text(stderr);
  const reader = createInterface({ input: stdout });
  reader.on('line', (line) => {
    if (isCancelled) return;
    lines.push(line);
    if (onLine?.(line) !== 'cancel') return;
    isCancelled = true;
    // The platform closes both; here somebody goes on listening to whether all is quiet.
    stdout.destroy();
    reader.close();
  });
  const closed = new Promise((resolve) => reader.once('close', resolve));
  await Promise.all([shell.ended, closed]);
  const run = await seen(folder, lines.map((line) => `${line}\n`).join(''), await said, args);
  assertRules({ verb: 'read', catalog, state, ...run, cutShort: isCancelled });
  return run;
}

/** Opens once somebody has opened the other end. */
async function readingEnd(path: string): Promise<Socket> {
  const fd = await promisify<string, string, number>(open)(path, 'r');
  return new Socket({ fd, readable: true, writable: false });
}

function finished(command: string, ...args: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'ignore' });
    child.once('error', reject).once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${command} exited with ${code}`));
    });
  });
}
