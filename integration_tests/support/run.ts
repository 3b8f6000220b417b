import type {
  AirbyteMessage,
  ErrorTrace,
  JsonObject,
  LogLevel,
  RecordMessage,
  StreamStatusTrace,
} from '../../src/cdk/index.ts';

/** How a run ended, and what it wrote. */
export interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
  readonly signal: string | null;
}

type Status = StreamStatusTrace['stream_status'];
type Failure = ErrorTrace['error'];

/** One run of the connector. */
export class Run implements Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
  readonly signal: string | null;
  #messages: readonly AirbyteMessage[] | undefined;

  constructor({ stdout, stderr, code, signal }: Outcome) {
    this.stdout = stdout;
    this.stderr = stderr;
    this.code = code;
    this.signal = signal;
  }

  /** The lines of stdout. The platform's rules have already checked them. */
  get messages(): readonly AirbyteMessage[] {
    this.#messages ??= this.stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as AirbyteMessage);
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

  /** The states of a stream with their record counts. */
  states(stream: string): { state: JsonObject; recordCount: number }[] {
    return this.#each('STATE')
      .map(({ state }) => state)
      .filter((state) => state.stream.stream_descriptor.name === stream)
      .map(({ stream, sourceStats }) => ({ state: stream.stream_state, recordCount: sourceStats.recordCount }));
  }

  /** The state with which the next sync begins. */
  lastState(stream: string): JsonObject {
    const state = this.states(stream).at(-1)?.state;
    if (state === undefined) throw new Error(`${stream} ended without a STATE`);
    return state;
  }

  /** The last state of each stream, as a platform passes them to the next sync. */
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
}
