import type { Clock } from './clock.ts';
import type { JsonObject } from './json.ts';
import type { ConnectorSpecification, LogLevel } from './messages.ts';

/** The interface that a connector implements. `Config`: the result of `configure`. */
export interface Source<Config> {
  /** Name and version of the connector, for `--version` and the log. */
  readonly name: string;
  readonly version: string;
  specification(): Promise<ConnectorSpecification>;
  /** Validates the user's config and adds defaults. Throws a config_error that lists all invalid fields. */
  configure(raw: JsonObject, context: SourceContext): Promise<Config>;
  /**
   * Prepares check, discover or read. `names`: the streams of a read, so that a source need not prepare others. `names` may
   * contain unknown names.
   */
  open(config: Config, context: SourceContext, names?: readonly string[]): Promise<Connection>;
}

export interface Connection {
  /** The streams for `discover` and `read`. */
  readonly streams: readonly Stream[];
  /** Names of streams that this account or server does not have. `discover` omits them. */
  absentStreams?(): Promise<ReadonlySet<string>>;
  /** Resolves if the connection works. Otherwise throws a ConnectorError whose message says what to do. */
  check(): Promise<void>;
  /** Maximum number of streams read at the same time. */
  readonly maxConcurrentStreams: number;
  /** Closes everything that would keep the process alive. */
  close(): void;
}

export interface StreamDefinition {
  readonly name: string;
  /**
   * JSON Schema of a record: an object with `properties`, including those of the key. A property may have `known_values`, a
   * keyword of this kit: the numbers or strings that the API documents. Other values are emitted too, and logged once per sync.
   */
  readonly jsonSchema: JsonObject;
  /**
   * Name of a property in `jsonSchema`: a nullable object. The kit puts fields there that `jsonSchema` does not declare, and
   * values that do not fit their declared type. Without this property, both are dropped.
   */
  readonly additionalFields?: string;
  /** Level of the log message that lists fields which `jsonSchema` does not declare. Default: WARN. */
  readonly unknownFieldsLevel?: 'WARN' | 'INFO';
  /** Names of the primary key fields. The first is checked in each record. Empty for a stream without a key. */
  readonly primaryKey: readonly string[];
  /** The API's name for the key. The kit copies its value to the first primary key field if a row does not have that field. */
  readonly nativeKey?: string;
  /** Set if the stream can be read incrementally. */
  readonly cursorField?: string;
  /** Whether a full refresh emits states and can continue from them. */
  readonly resumable?: boolean;
}

export interface Stream extends StreamDefinition {
  /**
   * Yields pages of rows as the API sent them, and states. Each state must account for all rows that were yielded before it.
   * The kit modifies the rows in place, so do not use them afterwards.
   */
  read(request: ReadRequest): AsyncIterable<StreamEvent>;
}

export interface ReadRequest {
  readonly incremental: boolean;
  /** State of this stream from an earlier sync; undefined in the first sync. */
  readonly state: JsonObject | undefined;
  /** Names of the fields that the user selected; undefined: all fields. */
  readonly fields?: ReadonlySet<string> | undefined;
}

export type StreamEvent =
  | {
      readonly rows: JsonObject[];
      /** Fields that the source adds to each row. They must be declared in `jsonSchema`. */
      readonly added?: JsonObject;
    }
  | { readonly state: JsonObject }
  /** Expected number of rows of this read, according to the API. */
  | { readonly estimate: number }
  /** Yielded before each request of a long stream whose number of requests is known. Used for progress messages. */
  | { readonly step: Step };

export interface Step {
  /** What one request reads, such as `month`. */
  readonly unit: string;
  /** From 1. */
  readonly number: number;
  readonly of: number;
  /** Estimated wait of this request for a quota. */
  readonly waitMs: number;
  /** Estimated time for all remaining requests. */
  readonly leftMs: number;
}

/** What the kit provides to a source. */
export interface SourceContext {
  readonly clock: Clock;
  /** Aborts when the run ends early: stop all requests and waits. */
  readonly signal: AbortSignal;
  log(level: LogLevel, message: string): void;
  /**
   * Masks the secrets of the config. Use it on external text before you truncate the text, because part of a secret would not
   * be recognised. The kit itself masks complete texts.
   */
  mask(text: string): string;
  /**
   * Reports to the platform that running streams wait for the API's quota until `quotaResetMs` (epoch milliseconds).
   * `streams`: the streams that wait; default: all.
   */
  rateLimited(quotaResetMs: number, streams?: ReadonlySet<string>): void;
}
