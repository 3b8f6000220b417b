import type { Verb } from '../../protocol/args.ts';
import { isObject, type JsonObject } from '../../protocol/json.ts';
import {
  type ErrorTrace,
  type Message,
  type MessageOf,
  type MessageType,
  parseLine,
  type StreamStatus,
} from './protocol.ts';

/** One run of a connector as the platform sees it: inputs and outputs. */
export interface ConnectorRun {
  readonly verb: Verb;
  /** Content of the `--catalog` file; undefined if it is not JSON. */
  readonly catalog?: unknown;
  /** Content of the `--state` file. */
  readonly state?: unknown;
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
  /** Set if the run was killed or its reader exited. Then the last line may be incomplete, and rules about the end do not apply. */
  readonly cutShort?: boolean;
}

/** A stream of the configured catalog. */
export interface Configured {
  readonly name: string;
  readonly namespace: string | undefined;
  readonly syncMode: string;
  /** The fields that the platform keeps. */
  readonly properties: JsonObject;
  readonly primaryKey: readonly (readonly string[])[];
  /** Whether the state file has a state for the stream. */
  readonly hasState: boolean;
}

/** A run, parsed for the rules. */
export interface ParsedRun {
  readonly verb: Verb;
  readonly configured: ReadonlyMap<string, Configured>;
  /** Lines of stdout, each with its message or its problem. */
  readonly lines: readonly { readonly text: string; readonly parsed: ReturnType<typeof parseLine> }[];
  readonly messages: readonly Message[];
  /** Messages by stream. */
  readonly byStream: ReadonlyMap<string, readonly Message[]>;
  readonly stderr: string;
  readonly code: number | null;
}

export function parseRun({ verb, catalog, state, stdout, stderr, code, cutShort = false }: ConnectorRun): ParsedRun {
  const texts = stdout.split('\n');
  // The text after the last newline: empty, or an incomplete line.
  const rest = texts.pop() ?? '';
  if (rest !== '' && !cutShort) texts.push(`${rest} (without a newline at the end)`);
  const lines = texts.map((text) => ({ text, parsed: parseLine(text) }));
  const messages = lines.flatMap(({ parsed }) => ('problem' in parsed ? [] : [parsed]));
  const byStream = new Map<string, Message[]>();
  for (const message of messages) {
    const name = descriptorOf(message)?.name;
    if (name === undefined) continue;
    const own = byStream.get(name);
    if (own === undefined) byStream.set(name, [message]);
    else own.push(message);
  }
  return { verb, configured: configuredStreams(catalog, state), lines, messages, byStream, stderr, code };
}

/** The stream to which a message of a read belongs; undefined for logs, global errors and the like. */
export function descriptorOf(message: Message): { name: string; namespace?: string | undefined } | undefined {
  switch (message.type) {
    case 'RECORD':
      return { name: message.record.stream, namespace: message.record.namespace };
    case 'STATE':
      return message.state.stream?.stream_descriptor;
    case 'TRACE': {
      const { trace } = message;
      if (trace.type === 'STREAM_STATUS') return trace.stream_status.stream_descriptor;
      if (trace.type === 'ERROR') return trace.error.stream_descriptor;
      return trace.type === 'ESTIMATE' && trace.estimate.type === 'STREAM' ? trace.estimate : undefined;
    }
    default:
      return undefined;
  }
}

export const eachOf = <Type extends MessageType>(messages: readonly Message[], type: Type): MessageOf<Type>[] =>
  messages.filter((message): message is Message & MessageOf<Type> => message.type === type);

export const statusOf = (message: Message): StreamStatus | undefined =>
  message.type === 'TRACE' && message.trace.type === 'STREAM_STATUS' ? message.trace.stream_status : undefined;

export const statusesOf = (messages: readonly Message[]): StreamStatus[] =>
  messages.flatMap((message) => statusOf(message) ?? []);

/** Errors with their times, in the order in which they were printed. */
export const errorsOf = (messages: readonly Message[]): (ErrorTrace & { emitted_at: number })[] =>
  messages.flatMap((message) =>
    message.type === 'TRACE' && message.trace.type === 'ERROR'
      ? [{ ...message.trace.error, emitted_at: message.trace.emitted_at }]
      : [],
  );

/** The last status of a stream. */
export const finalStatus = ({ byStream }: ParsedRun, name: string): StreamStatus['status'] | undefined =>
  statusesOf(byStream.get(name) ?? []).at(-1)?.status;

/** The streams of a configured catalog. Tests pass invalid files too, so invalid entries are skipped. */
function configuredStreams(catalog: unknown, state: unknown): Map<string, Configured> {
  const entries = isObject(catalog) && Array.isArray(catalog.streams) ? catalog.streams : [];
  const streams = new Map<string, Configured>();
  for (const entry of entries) {
    if (!isObject(entry) || !isObject(entry.stream) || typeof entry.stream.name !== 'string') continue;
    const { name, namespace, json_schema: schema, source_defined_primary_key: own } = entry.stream;
    streams.set(name, {
      name,
      namespace: typeof namespace === 'string' ? namespace : undefined,
      syncMode: String(entry.sync_mode),
      properties: isObject(schema) && isObject(schema.properties) ? schema.properties : {},
      primaryKey: pathsOf(entry.primary_key) ?? pathsOf(own) ?? [],
      hasState: hasState(state, name),
    });
  }
  return streams;
}

function pathsOf(value: unknown): string[][] | undefined {
  return Array.isArray(value) && value.length > 0 ? value.map((path) => [path].flat().map(String)) : undefined;
}

function hasState(state: unknown, name: string): boolean {
  if (!Array.isArray(state)) return false;
  return state.some(
    (entry) =>
      isObject(entry) &&
      isObject(entry.stream) &&
      isObject(entry.stream.stream_descriptor) &&
      entry.stream.stream_descriptor.name === name &&
      isObject(entry.stream.stream_state),
  );
}
