/** Runs the connector as a platform does: one process for each verb, with one protocol message on each line of stdout. */
import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { JsonObject } from '../src/cdk/protocol/json.ts';
import type {
  AirbyteMessage,
  AirbyteStream,
  ConfiguredAirbyteStream,
  ConnectionStatusMessage,
  ErrorTrace,
  LogMessage,
} from '../src/cdk/protocol/messages.ts';
import { writeConfig } from './config-file.ts';
import { Failure } from './failure.ts';

const CONNECTOR = fileURLToPath(new URL('../src/main.js', import.meta.url));

type Keys = 'stream' | 'sync_mode' | 'destination_sync_mode' | 'cursor_field' | 'primary_key';
export type ConfiguredStream = Required<Pick<ConfiguredAirbyteStream, Keys>>;

/** The connector with its config. */
export class Connector {
  private readonly config: JsonObject;

  constructor(config: JsonObject) {
    this.config = config;
  }

  async check(signal: AbortSignal, onLog: (message: string) => void = () => {}): Promise<void> {
    let answer: ConnectionStatusMessage['connectionStatus'] | undefined;
    for await (const message of this.run(['check'], signal)) {
      if (message.type === 'LOG') onLog(message.log.message);
      if (message.type === 'CONNECTION_STATUS') answer = message.connectionStatus;
    }
    if (answer?.status !== 'SUCCEEDED') {
      throw new Failure(`The connector's check failed: ${answer?.message ?? 'no reason was given.'}`);
    }
  }

  async discover(signal: AbortSignal, onLog: (log: LogMessage['log']) => void): Promise<AirbyteStream[]> {
    let streams: AirbyteStream[] = [];
    for await (const message of this.run(['discover'], signal)) {
      if (message.type === 'LOG') onLog(message.log);
      if (message.type === 'CATALOG') streams = message.catalog.streams;
    }
    if (streams.length === 0) throw new Failure("The connector's discover returned no streams.");
    return streams;
  }

  /** Runs with `--debug`, which logs each request. */
  read(catalog: string, state: string, signal: AbortSignal): AsyncGenerator<AirbyteMessage> {
    return this.run(['read', '--catalog', catalog, '--state', state, '--debug'], signal);
  }

  /** Yields the messages of the process as they come. Throws a ConnectorFailed after the last one if the process failed. */
  private async *run(args: readonly string[], signal: AbortSignal): AsyncGenerator<AirbyteMessage> {
    signal.throwIfAborted();
    const config = await writeConfig(this.config);
    const child = spawn(process.execPath, [CONNECTOR, ...args, '--config', config.path], {
      stdio: ['ignore', 'pipe', 'pipe', ...config.inherited],
    });
    const ended = new Promise<number | NodeJS.Signals | null>((resolve, reject) => {
      child.once('error', reject).once('close', (code, killedBy) => resolve(code ?? killedBy));
    });
    // Awaited only below, when all lines are read.
    ended.catch(() => {});
    const kill = (): void => void child.kill();
    signal.addEventListener('abort', kill);
    try {
      const { stdout, stderr: errors } = child;
      if (stdout === null || errors === null) throw new Error('no pipes');
      const stderr = text(errors).catch(() => '');
      const failures: ErrorTrace['error'][] = [];
      for await (const line of linesOf(stdout)) {
        const message = parseLine(line);
        if (message.type === 'TRACE' && message.trace.type === 'ERROR') failures.push(message.trace.error);
        yield message;
      }
      const end = await ended;
      signal.throwIfAborted();
      if (end !== 0) throw new ConnectorFailed(args[0] ?? '', end, failures, await stderr);
    } finally {
      signal.removeEventListener('abort', kill);
      kill();
      await ended.catch(() => {});
      await config.close();
    }
  }
}

/** The connector exited with an error. */
export class ConnectorFailed extends Failure {
  /** Whether only single streams failed and all others are complete. */
  readonly isOfStreams: boolean;

  constructor(
    verb: string,
    end: number | NodeJS.Signals | null,
    failures: readonly ErrorTrace['error'][],
    stderr: string,
  ) {
    const reasons = failures.map(({ message, stream_descriptor: stream }) =>
      stream === undefined ? message : `${stream.name}: ${message}`,
    );
    if (stderr.trim() !== '') reasons.push(stderr.trim());
    const how = typeof end === 'number' ? `exit code ${end}` : `killed by ${end}`;
    super([`The connector's ${verb} failed (${how}).`, ...reasons.map((reason) => `  ${reason}`)].join('\n'));
    this.isOfStreams =
      end === 1 &&
      stderr === '' &&
      failures.length > 0 &&
      failures.every(({ stream_descriptor: stream }) => stream !== undefined);
  }
}

/** Configures a stream: incremental if it supports that, else full refresh. */
export function configure(stream: AirbyteStream): ConfiguredStream {
  const incremental = stream.supported_sync_modes.includes('incremental');
  return {
    stream,
    sync_mode: incremental ? 'incremental' : 'full_refresh',
    destination_sync_mode: incremental ? 'append_dedup' : 'overwrite',
    cursor_field: stream.default_cursor_field ?? [],
    primary_key: stream.source_defined_primary_key ?? [],
  };
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
    // Reported below.
  }
  throw new Failure(`The connector printed a line that is not a protocol message: ${line.slice(0, 200)}`);
}
