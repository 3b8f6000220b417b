import { Ajv } from 'ajv';
import type { JsonObject } from '../../protocol/json.ts';
import type {
  AirbyteMessage,
  AirbyteStream,
  ErrorTrace as KitErrorTrace,
  StateMessage,
  StreamDescriptor,
  StreamStatusTrace,
  TraceMessage,
} from '../../protocol/messages.ts';

/*
 * The messages of any source according to airbyte_protocol.yaml (0.18): exact enums, all required members, and no unknown ones.
 * States, errors and statuses accept more than the kit writes, so that rules can describe what the platform does with the rest.
 */
export type CatalogStream = AirbyteStream;

export interface State {
  type?: 'STREAM' | 'GLOBAL' | 'LEGACY';
  stream?: { stream_descriptor: StreamDescriptor; stream_state?: JsonObject | null };
  sourceStats?: { recordCount?: number };
  id?: unknown;
}

export type ErrorTrace = Omit<KitErrorTrace['error'], 'failure_type'> &
  Partial<Pick<KitErrorTrace['error'], 'failure_type'>>;

export type StreamStatus = Omit<StreamStatusTrace['stream_status'], 'reasons'> & {
  reasons?: { type: 'RATE_LIMITED'; rate_limited?: { quota_reset?: number } }[];
};

type Trace =
  | Exclude<TraceMessage['trace'], KitErrorTrace | StreamStatusTrace>
  | { type: 'ERROR'; emitted_at: number; error: ErrorTrace }
  | { type: 'STREAM_STATUS'; emitted_at: number; stream_status: StreamStatus };

export type Message =
  | Exclude<AirbyteMessage, StateMessage | TraceMessage>
  | { type: 'STATE'; state: State }
  | { type: 'TRACE'; trace: Trace };
export type MessageType = Message['type'];
export type MessageOf<Type extends MessageType> = Extract<Message, { type: Type }>;

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

const oauthInput = exactly(
  { consent_url: text, access_token_url: text },
  {
    scope: text,
    access_token_headers: anyObject,
    access_token_params: anyObject,
    extract_output: list(text),
    state: exactly({ min: count, max: count }),
    client_id_key: text,
    client_secret_key: text,
    scope_key: text,
    state_key: text,
    auth_code_key: text,
    redirect_uri_key: text,
    token_expiry_key: text,
  },
);

const advancedAuth = exactly(
  {},
  {
    auth_flow_type: oneOf('oauth2.0', 'oauth1.0'),
    predicate_key: list(text),
    predicate_value: text,
    oauth_config_specification: exactly(
      {},
      {
        oauth_user_input_from_connector_config_specification: anyObject,
        oauth_connector_input_specification: oauthInput,
        complete_oauth_output_specification: anyObject,
        complete_oauth_server_input_specification: anyObject,
        complete_oauth_server_output_specification: anyObject,
      },
    ),
  },
);

const LIMITS = ['RECORD_SIZE_LIMITATION', 'FIELD_SIZE_LIMITATION', 'SERIALIZATION_ERROR'];

const fieldChange = exactly({
  field: text,
  change: oneOf('NULLED', 'TRUNCATED'),
  reason: oneOf(
    ...['SOURCE', 'DESTINATION', 'PLATFORM'].flatMap((who) => LIMITS.map((limit) => `${who}_${limit}`)),
    'SOURCE_RETRIEVAL_ERROR',
    'DESTINATION_TYPECAST_ERROR',
  ),
});

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
      {
        documentationUrl: text,
        changelogUrl: text,
        protocol_version: text,
        advanced_auth: advancedAuth,
        supportsIncremental: flag,
        supportsNormalization: flag,
        supportsDBT: flag,
        supported_destination_sync_modes: list(oneOf('append', 'overwrite', 'append_dedup', 'update', 'soft_delete')),
      },
    ),
  },
  CONNECTION_STATUS: { connectionStatus: exactly({ status: oneOf('SUCCEEDED', 'FAILED') }, { message: text }) },
  CATALOG: { catalog: exactly({ streams: list(catalogStream) }) },
  RECORD: {
    record: exactly(
      { stream: text, emitted_at: moment, data: anyObject },
      {
        namespace,
        meta: exactly({}, { changes: list(fieldChange) }),
        file_reference: exactly(
          {},
          { staging_file_url: text, source_file_relative_path: text, file_size_bytes: count },
        ),
      },
    ),
  },
  STATE: {
    state: exactly(
      {},
      {
        type: oneOf('STREAM', 'GLOBAL', 'LEGACY'),
        stream: streamState,
        global: exactly({ stream_states: list(streamState) }, { shared_state: orNull(anyObject) }),
        data: anyObject,
        sourceStats: exactly({}, { recordCount: count, rejectedRecordCount: count }),
        // Not in the protocol, but the protocol allows unknown members. A rule forbids it.
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

// Added schemas are compiled when they are first used: compiling all of them would take 0.2 s in each test file.
const ajv = new Ajv({ strict: false, allErrors: true, validateSchema: false });
for (const [type, members] of Object.entries(messages)) ajv.addSchema(exactly({ type: oneOf(type), ...members }), type);

/** Parses one line of stdout: the message, or its problem. */
export function parseLine(line: string): Message | { problem: string } {
  let message: { type?: string } | null;
  try {
    message = JSON.parse(line);
  } catch {
    return { problem: `not JSON: ${cut(line)}` };
  }
  const type = String(message?.type);
  const isMessage = Object.hasOwn(messages, type) ? ajv.getSchema(type) : undefined;
  if (isMessage === undefined) return { problem: `not a protocol message: ${cut(line)}` };
  if (!isMessage(message)) return { problem: `${ajv.errorsText(isMessage.errors)}: ${cut(line)}` };
  return message as Message;
}

export const cut = (line: string): string => (line.length > 500 ? `${line.slice(0, 500)} …` : line);
