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

/** One run, as a platform sees it: what it handed in, and what came out. */
export interface ConnectorRun {
  readonly verb: Verb;
  /** Content of the file that `--catalog` named; undefined where it is none. */
  readonly catalog?: unknown;
  /** Content of the file that `--state` named. */
  readonly state?: unknown;
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
  /** It was killed, or its reader went away: the last line may be half a line, and there is no end to judge. */
  readonly cutShort?: boolean;
}

/** A stream of the configured catalog. */
export interface Configured {
  readonly name: string;
  readonly namespace: string | undefined;
  readonly syncMode: string;
  /** What the platform keeps of a record. */
  readonly properties: JsonObject;
  readonly primaryKey: readonly (readonly string[])[];
  /** A state of it was handed in. */
  readonly hasState: boolean;
}

/** A run, taken apart for the rules. */
export interface ParsedRun {
  readonly verb: Verb;
  readonly configured: ReadonlyMap<string, Configured>;
  /** Lines of stdout, each with the message that it is or what is wrong with it. */
  readonly lines: readonly { readonly text: string; readonly parsed: ReturnType<typeof parseLine> }[];
  readonly messages: readonly Message[];
  /** Messages by the stream that they are about. */
  readonly byStream: ReadonlyMap<string, readonly Message[]>;
  readonly stderr: string;
  readonly code: number | null;
}

export function parseRun({ verb, catalog, state, stdout, stderr, code, cutShort = false }: ConnectorRun): ParsedRun {
  const texts = stdout.split('\n');
  // Whatever follows the last newline: nothing, or an unfinished line.
  const rest = texts.pop() ?? '';
  if (rest !== '' && !cutShort) texts.push(`${rest} (without an end of line)`);
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

/** The stream that a message of a read is about; the config as a whole, the log and the like are about none. */
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

/** Errors with the moment of each, in the order in which they were printed. */
export const errorsOf = (messages: readonly Message[]): (ErrorTrace & { emitted_at: number })[] =>
  messages.flatMap((message) =>
    message.type === 'TRACE' && message.trace.type === 'ERROR'
      ? [{ ...message.trace.error, emitted_at: message.trace.emitted_at }]
      : [],
  );

/** The last status that a stream was said to have. */
export const finalStatus = ({ byStream }: ParsedRun, name: string): StreamStatus['status'] | undefined =>
  statusesOf(byStream.get(name) ?? []).at(-1)?.status;

/** Files may hold anything, since tests hand in broken ones; only what a platform could have written counts. */
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
