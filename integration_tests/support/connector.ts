import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, expect, jest } from '@jest/globals';
import type {
  AirbyteMessage,
  ErrorTrace,
  JsonObject,
  LogLevel,
  RecordMessage,
  StreamStatusTrace,
} from '../../src/cdk/index.ts';
import { parseMessage } from './protocol.ts';

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

export interface Surroundings {
  cwd?: string;
  env?: Record<string, string | undefined>;
  clock?: FastClock;
  /** Another script than the built connector. */
  script?: string;
  /** Where stdout goes instead of a pipe, as on a platform that checks and discovers. */
  stdout?: string;
  /** What must be found nowhere in the output, neither as it is nor URL-encoded. */
  secrets?: readonly string[];
  /** Called with the process once it runs. */
  started?: (process: ChildProcess) => void;
  /** Real milliseconds after which the process is taken to hang. */
  patience?: number;
}

const TOO_LONG = 60_000;

// On a busy machine, starting a process takes seconds.
jest.setTimeout(90_000);

/** Runs the connector to its end. Asserts what holds for each run of any verb. */
export async function connector(args: readonly string[], surroundings: Surroundings = {}): Promise<Run> {
  const { cwd, env = {}, clock, secrets = [], started, patience = TOO_LONG } = surroundings;
  const script = surroundings.script ?? (clock === undefined ? CONNECTOR : CLOCKED);
  const target = surroundings.stdout === undefined ? undefined : await open(surroundings.stdout, 'w');
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
  let hangs = false;
  const timer = setTimeout(() => {
    hangs = true;
    child.kill('SIGKILL');
  }, patience);
  const { code, signal } = await new Promise<{ code: number | null; signal: string | null }>((resolve, reject) => {
    child.once('error', reject).once('close', (code, signal) => resolve({ code, signal }));
  });
  clearTimeout(timer);
  running.delete(child);
  await target?.close();
  const run = new Run(
    Buffer.concat(chunks.stdout).toString(),
    Buffer.concat(chunks.stderr).toString(),
    code,
    signal,
    args,
  );
  if (hangs) throw new Error(`The connector did not end within ${patience} ms. It said:\n${run.stdout.slice(-3000)}`);
  for (const secret of secrets) if (secret !== '') run.assertWithout(secret);
  return run;
}

/** A process of jest has settings that a user's process lacks: experimental modules, a worker's number. */
function withoutJest(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _options, JEST_WORKER_ID: _worker, NODE_ENV: _environment, LOG_LEVEL: _level, ...rest } = env;
  return rest;
}

const running = new Set<ChildProcess>();

// A test that failed half-way leaves nothing behind.
afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
});

type Status = StreamStatusTrace['stream_status'];
type Failure = ErrorTrace['error'];

/** What one run of the connector said. */
export class Run {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
  readonly signal: string | null;
  readonly args: readonly string[];
  #messages: readonly AirbyteMessage[] | undefined;

  constructor(stdout: string, stderr: string, code: number | null, signal: string | null, args: readonly string[]) {
    this.stdout = stdout;
    this.stderr = stderr;
    this.code = code;
    this.signal = signal;
    this.args = args;
  }

  /** Every line of stdout, each of which must be a protocol message. */
  get messages(): readonly AirbyteMessage[] {
    if (this.#messages === undefined) {
      const lines = this.stdout.split('\n');
      expect(lines.pop()).toBe('');
      this.#messages = lines.map(parseMessage);
    }
    return this.#messages;
  }

  #each<Type extends AirbyteMessage['type']>(type: Type): Extract<AirbyteMessage, { type: Type }>[] {
    return this.messages.filter((message): message is Extract<AirbyteMessage, { type: Type }> => message.type === type);
  }

  /** The single message of a verb. */
  only<Type extends AirbyteMessage['type']>(type: Type): Extract<AirbyteMessage, { type: Type }> {
    const [message, ...more] = this.#each(type);
    if (message === undefined || more.length > 0) throw new Error(`not one ${type}, but: ${this.stdout}${this.stderr}`);
    return message;
  }

  get connectionStatus() {
    return this.only('CONNECTION_STATUS').connectionStatus;
  }

  get recordMessages(): RecordMessage['record'][] {
    return this.#each('RECORD').map(({ record }) => record);
  }

  records(stream: string): JsonObject[] {
    return this.recordMessages.filter((record) => record.stream === stream).map(({ data }) => data);
  }

  /** The states of a stream with the number of records that each says to cover. */
  states(stream: string): { state: JsonObject; recordCount: number }[] {
    return this.#each('STATE')
      .map(({ state }) => state)
      .filter((state) => state.stream.stream_descriptor.name === stream)
      .map(({ stream, sourceStats }) => ({ state: stream.stream_state, recordCount: sourceStats.recordCount }));
  }

  /** The state that the next sync begins with. */
  lastState(stream: string): JsonObject {
    const state = this.states(stream).at(-1)?.state;
    if (state === undefined) throw new Error(`${stream} ended without a STATE`);
    return state;
  }

  /** As a platform hands them over to the next sync. */
  stateFile(): JsonObject[] {
    const last = new Map<string, JsonObject>();
    for (const { state } of this.#each('STATE')) {
      const { stream } = state;
      last.set(stream.stream_descriptor.name, { type: 'STREAM', stream: stream as unknown as JsonObject });
    }
    return [...last.values()];
  }

  get statusMessages(): (Status & { emitted_at: number })[] {
    return this.#each('TRACE').flatMap(({ trace }) =>
      trace.type === 'STREAM_STATUS' ? [{ ...trace.stream_status, emitted_at: trace.emitted_at }] : [],
    );
  }

  statuses(stream: string): Status['status'][] {
    return this.statusMessages.filter((one) => one.stream_descriptor.name === stream).map(({ status }) => status);
  }

  get errors(): Failure[] {
    return this.#each('TRACE').flatMap(({ trace }) => (trace.type === 'ERROR' ? [trace.error] : []));
  }

  /** The one failure of a stream. */
  failure(stream: string): Failure {
    const [failure, ...more] = this.errors.filter((error) => error.stream_descriptor?.name === stream);
    if (failure === undefined || more.length > 0) throw new Error(`not one failure of ${stream}: ${this.stdout}`);
    return failure;
  }

  logs(...levels: LogLevel[]): string[] {
    return this.#each('LOG')
      .filter(({ log }) => levels.length === 0 || levels.includes(log.level))
      .map(({ log }) => log.message);
  }

  assertWithout(secret: string): void {
    for (const form of [secret, encodeURIComponent(secret), encodeURI(secret)]) {
      // In JSON, a quotation mark or a backslash looks different.
      for (const text of [form, JSON.stringify(form).slice(1, -1)]) {
        if (this.stdout.includes(text)) throw new Error(`stdout holds the secret: ${this.stdout.slice(0, 2000)}`);
        if (this.stderr.includes(text)) throw new Error(`stderr holds the secret: ${this.stderr.slice(0, 2000)}`);
      }
    }
  }

  /** What holds for each read that was let end, however it ended. */
  assertReadPromises(configured: readonly string[]): void {
    const { messages } = this;
    expect(this.stderr).toBe('');
    expect(this.signal).toBeNull();
    expect(this.recordMessages.map(({ stream }) => stream).filter((name) => !configured.includes(name))).toEqual([]);
    const complete: string[] = [];
    for (const name of configured) {
      // What only the user can mend is told when every stream has ended.
      const own = messages.filter((message) => streamOf(message) === name && !isError(message));
      const statuses = this.statuses(name);
      const final = statuses.at(-1);
      // A stream that nobody knows never runs.
      expect(statuses.join(' ')).toMatch(/^STARTED (RUNNING )+COMPLETE$|^STARTED (RUNNING )*INCOMPLETE$/);
      expect(statusOf(own[0])).toBe('STARTED');
      expect(statusOf(own.at(-1))).toBe(final);
      if (final === 'COMPLETE') complete.push(name);
      const failures = this.errors.filter((error) => error.stream_descriptor?.name === name);
      expect({ name, failures: failures.length }).toEqual({ name, failures: final === 'COMPLETE' ? 0 : 1 });
      this.#assertCounts(name, own, final === 'COMPLETE');
    }
    expect({ code: this.code, complete }).toEqual({
      code: complete.length === configured.length ? 0 : 1,
      complete,
    });
  }

  #assertCounts(name: string, own: readonly AirbyteMessage[], complete: boolean): void {
    let states = 0;
    let records = 0;
    for (const message of own) {
      if (message.type === 'RECORD') records += 1;
      if (message.type !== 'STATE') continue;
      states += 1;
      expect({ name, recordCount: message.state.sourceStats.recordCount }).toEqual({ name, recordCount: records });
      records = 0;
    }
    // What comes after the last STATE would be read again by the next sync.
    if (complete)
      expect({ name, states: states > 0, uncovered: records }).toEqual({ name, states: true, uncovered: 0 });
  }
}

function streamOf(message: AirbyteMessage): string | undefined {
  switch (message.type) {
    case 'RECORD':
      return message.record.stream;
    case 'STATE':
      return message.state.stream.stream_descriptor.name;
    case 'TRACE': {
      const { trace } = message;
      if (trace.type === 'STREAM_STATUS') return trace.stream_status.stream_descriptor.name;
      if (trace.type === 'ERROR') return trace.error.stream_descriptor?.name;
      return trace.estimate.name;
    }
    default:
      return undefined;
  }
}

const isError = (message: AirbyteMessage): boolean => message.type === 'TRACE' && message.trace.type === 'ERROR';

function statusOf(message: AirbyteMessage | undefined): string | undefined {
  return message?.type === 'TRACE' && message.trace.type === 'STREAM_STATUS'
    ? message.trace.stream_status.status
    : undefined;
}

let folder: Promise<string> | undefined;
let files = 0;

/** A folder that is gone after the tests of this file. */
export function temporaryFolder(): Promise<string> {
  folder ??= mkdtemp(join(tmpdir(), 'source-float test '));
  return folder;
}

afterAll(async () => {
  if (folder !== undefined) await rm(await folder, { recursive: true, force: true });
  folder = undefined;
});

/** A read-only file of that very content. Its suffix says nothing, as PyAirbyte's says nothing. */
export async function fileOf(text: string, suffix = '.txt'): Promise<string> {
  files += 1;
  const name = `input ${files}${suffix}`;
  const path = join(await temporaryFolder(), name);
  await writeFile(path, text, { mode: 0o444 });
  return path;
}

export const jsonFile = (value: unknown): Promise<string> => fileOf(JSON.stringify(value));

export type Mode = 'full_refresh' | 'incremental';

/** A configured catalog as the platform writes it. */
export function catalogOf(streams: readonly string[], mode: Mode | string = 'full_refresh'): JsonObject {
  return {
    streams: streams.map((name) => ({
      stream: {
        name,
        json_schema: { type: 'object', properties: { id: {} } },
        supported_sync_modes: ['full_refresh', 'incremental'],
        source_defined_primary_key: [['id']],
        namespace: null,
      },
      sync_mode: mode,
      destination_sync_mode: mode === 'incremental' ? 'append_dedup' : 'overwrite',
      cursor_field: null,
      generation_id: 1,
      minimum_generation_id: 0,
      sync_id: 7,
    })),
  };
}

export interface Config extends JsonObject {
  api_token: string;
}

export interface ReadInput {
  config: Config;
  streams: readonly string[];
  mode?: Mode | string;
  /** No `--state` at all where it is undefined. */
  state?: unknown;
}

/** Reads, and asserts what holds for every read. */
export async function read(input: ReadInput, surroundings: Surroundings = {}): Promise<Run> {
  const { config, streams, mode, state } = input;
  const args = ['read', '--config', await jsonFile(config), '--catalog', await jsonFile(catalogOf(streams, mode))];
  if (state !== undefined) args.push('--state', await jsonFile(state));
  const run = await connector(args, { secrets: [config.api_token], ...surroundings });
  run.assertReadPromises(streams);
  return run;
}

/** Checks, and asserts that it answered. */
export async function check(config: JsonObject, surroundings: Surroundings = {}): Promise<Run> {
  const secrets = typeof config.api_token === 'string' ? [config.api_token] : [];
  const run = await connector(['check', '--config', await jsonFile(config)], { secrets, ...surroundings });
  expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: '' });
  return run;
}

export async function discover(config: Config, surroundings: Surroundings = {}): Promise<Run> {
  const run = await connector(['discover', '--config', await jsonFile(config)], {
    secrets: [config.api_token],
    ...surroundings,
  });
  expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: '' });
  return run;
}
