import type { Clock } from './clock.ts';
import type { JsonObject } from './json.ts';
import type { ConnectorSpecification, LogLevel } from './messages.ts';

/** What a connector gives to the kit. `Config` is its config after `configure`. */
export interface Source<Config> {
  /** Name and version of the connector, for `--version` and the log. */
  readonly name: string;
  readonly version: string;
  specification(): Promise<ConnectorSpecification>;
  /** The user's config, validated and with defaults; throws a config_error that names every faulty field. */
  configure(raw: JsonObject, context: SourceContext): Promise<Config>;
  /**
   * Prepares check, discover or read. `names`: the streams that a read is about, so that a source need not prepare others;
   * names that it does not know are among them.
   */
  open(config: Config, context: SourceContext, names?: readonly string[]): Promise<Connection>;
}

export interface Connection {
  /** What `discover` offers and `read` reads. */
  readonly streams: readonly Stream[];
  /** Names of streams that this account or server does not have: `discover` leaves them out. */
  absentStreams?(): Promise<ReadonlySet<string>>;
  /** Resolves when the connection works; throws a ConnectorError whose message tells the user what to do. */
  check(): Promise<void>;
  /** Most streams read at the same time. */
  readonly maxConcurrentStreams: number;
  /** Ends what would keep the process alive. */
  close(): void;
}

export interface StreamDefinition {
  readonly name: string;
  /**
   * JSON Schema of a record: an object with `properties`, those of the key among them. A field of the record may have `known_values`, a
   * keyword of this kit: the numbers or texts that the API documents. Others pass as well, and the log names them once a sync.
   */
  readonly jsonSchema: JsonObject;
  /**
   * Name of a property of `jsonSchema`, an object that may be null. It takes what has no column: fields of a row that
   * `jsonSchema` does not declare, and values that do not fit their declared type. Without it both are dropped.
   */
  readonly additionalFields?: string;
  /** Level of the log line that names fields which `jsonSchema` does not declare. WARN unless such fields are expected. */
  readonly unknownFieldsLevel?: 'WARN' | 'INFO';
  /** Names of the fields of the primary key; the first is checked on each record. Empty for a stream without a key. */
  readonly primaryKey: readonly string[];
  /** The API's own name of the key, which is copied to the first primary key field where a row has none. */
  readonly nativeKey?: string;
  /** Present where the stream can be read incrementally. */
  readonly cursorField?: string;
  /** Only where a full refresh writes checkpoints and goes on from them. */
  readonly resumable?: boolean;
}

export interface Stream extends StreamDefinition {
  /**
   * Yields pages of rows as the API sent them and states that cover all rows yielded before them.
   * The rows are the kit's from then on: it changes them in place.
   */
  read(request: ReadRequest): AsyncIterable<StreamEvent>;
}

export interface ReadRequest {
  readonly incremental: boolean;
  /** State of this stream that an earlier sync wrote; absent on a first one. */
  readonly state: JsonObject | undefined;
  /** Names of the fields that the user selected; all without it. */
  readonly fields?: ReadonlySet<string> | undefined;
}

export type StreamEvent =
  | {
      readonly rows: JsonObject[];
      /** Fields that the source adds to each of the rows. They are declared in `jsonSchema`. */
      readonly added?: JsonObject;
    }
  | { readonly state: JsonObject }
  /** How many rows this read will bring, as far as the API knows. */
  | { readonly estimate: number };

/** What the kit lends to a source. */
export interface SourceContext {
  readonly clock: Clock;
  /** Aborted when nobody needs the answer any more. */
  readonly signal: AbortSignal;
  log(level: LogLevel, message: string): void;
  /** Hides the secrets of the config in a text: for texts from outside, before they are cut. Whole texts are masked by the kit. */
  mask(text: string): string;
  /**
   * Tells the platform that the API's quota holds back running streams until `quotaResetMs` (epoch milliseconds):
   * those among `streams`, all without it.
   */
  rateLimited(quotaResetMs: number, streams?: ReadonlySet<string>): void;
}
