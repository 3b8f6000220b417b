import { Ajv } from 'ajv';
import type { JsonObject } from '../../protocol/json.ts';

/**
 * What any source may say, as airbyte_protocol.yaml (0.18) has it: enums to the letter, nothing missing, and no members
 * that the protocol lacks. Wider than src/cdk/protocol/messages.ts, so that rules can tell what a platform does with the rest.
 */
export interface Descriptor {
  name: string;
  namespace?: string | null;
}

export interface CatalogStream extends Descriptor {
  json_schema: JsonObject;
  supported_sync_modes: ('full_refresh' | 'incremental')[];
  source_defined_cursor?: boolean;
  default_cursor_field?: string[];
  source_defined_primary_key?: string[][];
  is_resumable?: boolean;
}

export interface State {
  type?: 'STREAM' | 'GLOBAL' | 'LEGACY';
  stream?: { stream_descriptor: Descriptor; stream_state?: JsonObject | null };
  sourceStats?: { recordCount?: number };
  id?: unknown;
}

export interface ErrorTrace {
  message: string;
  failure_type?: 'config_error' | 'transient_error' | 'system_error';
  stream_descriptor?: Descriptor;
}

export interface StreamStatus {
  stream_descriptor: Descriptor;
  status: 'STARTED' | 'RUNNING' | 'COMPLETE' | 'INCOMPLETE';
  reasons?: { type: 'RATE_LIMITED'; rate_limited?: { quota_reset?: number } }[];
}

export type Trace = { emitted_at: number } & (
  | { type: 'ERROR'; error: ErrorTrace }
  | { type: 'STREAM_STATUS'; stream_status: StreamStatus }
  | { type: 'ESTIMATE'; estimate: Descriptor & { type: 'STREAM' | 'SYNC' } }
  | { type: 'ANALYTICS' }
);

export interface Payloads {
  SPEC: { spec: { connectionSpecification: JsonObject; protocol_version?: string } };
  CONNECTION_STATUS: { connectionStatus: { status: 'SUCCEEDED' | 'FAILED'; message?: string } };
  CATALOG: { catalog: { streams: CatalogStream[] } };
  RECORD: { record: { stream: string; namespace?: string | null; data: JsonObject; emitted_at: number } };
  STATE: { state: State };
  LOG: { log: { level: string; message: string } };
  TRACE: { trace: Trace };
  CONTROL: { control: { emitted_at: number } };
}

export type MessageType = keyof Payloads;
export type MessageOf<Type extends MessageType> = { type: Type } & Payloads[Type];
export type Message = { [Type in MessageType]: MessageOf<Type> }[MessageType];

const text = { type: 'string', minLength: 1 };
const moment = { type: 'integer', minimum: 1 };
const count = { type: 'integer', minimum: 0 };
const flag = { type: 'boolean' };
const anyObject = { type: 'object' };
const list = (items: object) => ({ type: 'array', items });
const oneOf = (...values: string[]) => ({ enum: values });
const orNull = (schema: object) => ({ anyOf: [schema, { type: 'null' }] });
const exactly = (required: Record<string, object>, optional: Record<string, object> = {}) => ({
  type: 'object',
  required: Object.keys(required),
  properties: { ...required, ...optional },
  additionalProperties: false,
});

const namespace = orNull({ type: 'string' });

const descriptor = exactly({ name: text }, { namespace });

const streamState = exactly({ stream_descriptor: descriptor }, { stream_state: orNull(anyObject) });

const catalogStream = exactly(
  { name: text, json_schema: anyObject, supported_sync_modes: list(oneOf('full_refresh', 'incremental')) },
  {
    namespace,
    source_defined_primary_key: list(list(text)),
    source_defined_cursor: flag,
    default_cursor_field: list(text),
    is_resumable: flag,
    is_file_based: flag,
  },
);

const traces = {
  ERROR: {
    error: exactly(
      { message: text },
      {
        failure_type: oneOf('config_error', 'transient_error', 'system_error'),
        internal_message: text,
        stack_trace: text,
        stream_descriptor: descriptor,
      },
    ),
  },
  STREAM_STATUS: {
    stream_status: exactly(
      { stream_descriptor: descriptor, status: oneOf('STARTED', 'RUNNING', 'COMPLETE', 'INCOMPLETE') },
      {
        reasons: list(exactly({ type: oneOf('RATE_LIMITED') }, { rate_limited: exactly({}, { quota_reset: moment }) })),
      },
    ),
  },
  ESTIMATE: {
    estimate: exactly(
      { name: text, type: oneOf('STREAM', 'SYNC') },
      { namespace, row_estimate: count, byte_estimate: count },
    ),
  },
  ANALYTICS: { analytics: exactly({ type: text }, { value: text }) },
};

const messages: Record<MessageType, Record<string, object>> = {
  SPEC: {
    spec: exactly(
      { connectionSpecification: anyObject },
      { documentationUrl: text, changelogUrl: text, protocol_version: text, advanced_auth: anyObject },
    ),
  },
  CONNECTION_STATUS: { connectionStatus: exactly({ status: oneOf('SUCCEEDED', 'FAILED') }, { message: text }) },
  CATALOG: { catalog: exactly({ streams: list(catalogStream) }) },
  RECORD: { record: exactly({ stream: text, emitted_at: moment, data: anyObject }, { namespace, meta: anyObject }) },
  STATE: {
    state: exactly(
      {},
      {
        type: oneOf('STREAM', 'GLOBAL', 'LEGACY'),
        stream: streamState,
        global: exactly({ stream_states: list(streamState) }, { shared_state: orNull(anyObject) }),
        data: anyObject,
        sourceStats: exactly({}, { recordCount: count, rejectedRecordCount: count }),
        // Not of the protocol, which forbids no members; there is a rule against it.
        id: {},
      },
    ),
  },
  LOG: {
    log: exactly(
      { level: oneOf('FATAL', 'ERROR', 'WARN', 'INFO', 'DEBUG', 'TRACE'), message: text },
      { stack_trace: text },
    ),
  },
  TRACE: {
    trace: {
      oneOf: Object.entries(traces).map(([type, members]) =>
        exactly({ type: oneOf(type), emitted_at: moment, ...members }),
      ),
    },
  },
  CONTROL: {
    control: exactly({
      type: oneOf('CONNECTOR_CONFIG'),
      emitted_at: moment,
      connectorConfig: exactly({ config: anyObject }),
    }),
  },
};

const ajv = new Ajv({ strict: false, allErrors: true });
const validators = new Map(
  Object.entries(messages).map(([type, members]) => [type, ajv.compile(exactly({ type: oneOf(type), ...members }))]),
);

/** One line of stdout: the message, or what is wrong with it. */
export function parseLine(line: string): Message | { problem: string } {
  let message: { type?: string } | null;
  try {
    message = JSON.parse(line);
  } catch {
    return { problem: `not JSON: ${cut(line)}` };
  }
  const isMessage = validators.get(message?.type ?? '');
  if (isMessage === undefined) return { problem: `no protocol message: ${cut(line)}` };
  if (!isMessage(message)) return { problem: `${ajv.errorsText(isMessage.errors)}: ${cut(line)}` };
  return message as Message;
}

export const cut = (line: string): string => (line.length > 500 ? `${line.slice(0, 500)} …` : line);
