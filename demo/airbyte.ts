/** The connector as a platform sees it: a process for each verb, which writes one message of the protocol a line. */
import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type {
  AirbyteMessage,
  AirbyteStream,
  ConnectionStatusMessage,
  ErrorTrace,
  SyncMode,
} from '../src/cdk/messages.ts';
import { Failure } from './failure.ts';

const CONNECTOR = fileURLToPath(new URL('../src/main.js', import.meta.url));

export interface ConfiguredStream {
  stream: AirbyteStream;
  sync_mode: SyncMode;
  destination_sync_mode: 'append_dedup' | 'overwrite';
  cursor_field: string[];
  primary_key: string[][];
}

export async function check(config: string, signal: AbortSignal): Promise<void> {
  let answer: ConnectionStatusMessage['connectionStatus'] | undefined;
  for await (const message of runConnector(['check', '--config', config], signal)) {
    if (message.type === 'CONNECTION_STATUS') answer = message.connectionStatus;
  }
  if (answer?.status !== 'SUCCEEDED') {
    throw new Failure(`The connector's check failed: ${answer?.message ?? 'no reason given.'}`);
  }
}

export async function discover(config: string, signal: AbortSignal): Promise<AirbyteStream[]> {
  let streams: AirbyteStream[] = [];
  for await (const message of runConnector(['discover', '--config', config], signal)) {
    if (message.type === 'CATALOG') streams = message.catalog.streams;
  }
  if (streams.length === 0) throw new Failure("The connector's discover gave no streams.");
  return streams;
}

/** Every stream in its best mode. */
export function configure(stream: AirbyteStream): ConfiguredStream {
  const incremental = stream.supported_sync_modes.includes('incremental');
  return {
    stream,
    sync_mode: incremental ? 'incremental' : 'full_refresh',
    destination_sync_mode: incremental ? 'append_dedup' : 'overwrite',
    cursor_field: stream.default_cursor_field ?? [],
    primary_key: stream.source_defined_primary_key,
  };
}

/** Yields what the process says as it says it; throws a Failure after its last message where it ends unwell. */
export async function* runConnector(args: readonly string[], signal: AbortSignal): AsyncGenerator<AirbyteMessage> {
  signal.throwIfAborted();
  const child = spawn(process.execPath, [CONNECTOR, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number | NodeJS.Signals | null>((resolve, reject) => {
    child.once('error', reject).once('close', (code, killedBy) => resolve(code ?? killedBy));
  });
  // Awaited only below, when all lines are read.
  ended.catch(() => {});
  const kill = (): void => void child.kill();
  signal.addEventListener('abort', kill);

  const failures: ErrorTrace['error'][] = [];
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  try {
    for await (const line of linesOf(child.stdout)) {
      const message = parseLine(line);
      if (message.type === 'TRACE' && message.trace.type === 'ERROR') failures.push(message.trace.error);
      yield message;
    }
    const end = await ended;
    signal.throwIfAborted();
    if (end !== 0) throw new Failure(failureOf(args[0], end, failures, stderr));
  } finally {
    signal.removeEventListener('abort', kill);
    kill();
    await ended.catch(() => {});
  }
}

async function* linesOf(stream: Readable): AsyncGenerator<string> {
  let rest = '';
  for await (const text of stream.setEncoding('utf8') as AsyncIterable<string>) {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}

function parseLine(line: string): AirbyteMessage {
  try {
    const message: unknown = JSON.parse(line);
    if (typeof message === 'object' && message !== null && 'type' in message) return message as AirbyteMessage;
  } catch {
    // Told below.
  }
  throw new Failure(`The connector wrote a line that is no message of the protocol: ${line.slice(0, 200)}`);
}

function failureOf(
  verb: string | undefined,
  end: number | NodeJS.Signals | null,
  failures: readonly ErrorTrace['error'][],
  stderr: string,
): string {
  const reasons = failures.map(({ message, stream_descriptor: stream }) =>
    stream === undefined ? message : `${stream.name}: ${message}`,
  );
  if (stderr.trim() !== '') reasons.push(stderr.trim());
  const how = typeof end === 'number' ? `exit code ${end}` : `killed by ${end}`;
  return [`The connector's ${verb} failed (${how}).`, ...reasons.map((reason) => `  ${reason}`)].join('\n');
}
