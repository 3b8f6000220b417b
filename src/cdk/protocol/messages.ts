/**
 * The messages of the Airbyte protocol (version 0) that a source sends, and their enums.
 * Spelling and casing must match the protocol exactly: the platform treats a line that it cannot parse as a log line.
 * Source: airbyte_protocol.yaml of airbytehq/airbyte-protocol 0.18.
 */
import type { JsonObject } from './json.ts';

export type SyncMode = 'full_refresh' | 'incremental';
export type DestinationSyncMode = 'append' | 'overwrite' | 'append_dedup' | 'update' | 'soft_delete';
export type LogLevel = 'FATAL' | 'ERROR' | 'WARN' | 'INFO' | 'DEBUG' | 'TRACE';
export type FailureType = 'config_error' | 'transient_error' | 'system_error';
export type StreamStatus = 'STARTED' | 'RUNNING' | 'COMPLETE' | 'INCOMPLETE';

export interface StreamDescriptor {
  name: string;
  namespace?: string;
}

/** Types in a stream's JSON Schema. */
export type FieldType = 'null' | 'string' | 'number' | 'integer' | 'boolean' | 'object' | 'array';

/** String formats that destinations support. */
export type FieldFormat = 'date' | 'date-time' | 'time';

/** Airbyte's type keyword. The first four are for strings, the last is for numbers. */
export type AirbyteType =
  | 'timestamp_with_timezone'
  | 'timestamp_without_timezone'
  | 'time_with_timezone'
  | 'time_without_timezone'
  | 'integer';

/** One stream in the output of `discover`. */
export interface AirbyteStream extends StreamDescriptor {
  json_schema: JsonObject;
  supported_sync_modes: SyncMode[];
  source_defined_cursor?: boolean;
  /** Path of the cursor field. */
  default_cursor_field?: string[];
  /** One path for each part of the key. */
  source_defined_primary_key?: string[][];
  is_resumable?: boolean;
  is_file_based?: boolean;
}

export interface ConnectorSpecification {
  documentationUrl?: string;
  changelogUrl?: string;
  /** JSON Schema, draft 07, of the config. */
  connectionSpecification: JsonObject;
  /** Omit it: platforms accept only 0.0.0 to 0.3.0 and default to 0.2.0. It is not the version of the protocol's models. */
  protocol_version?: string;
  advanced_auth?: AdvancedAuth;
  /** Deprecated: the catalog contains it for each stream. */
  supportsIncremental?: boolean;
  /** Only for destinations. */
  supportsNormalization?: boolean;
  supportsDBT?: boolean;
  supported_destination_sync_modes?: DestinationSyncMode[];
}

/** How the platform runs an OAuth flow for the user. */
export interface AdvancedAuth {
  auth_flow_type?: 'oauth2.0' | 'oauth1.0';
  /** Path and value of the field that activates the flow. */
  predicate_key?: string[];
  predicate_value?: string;
  oauth_config_specification?: OAuthConfigSpecification;
}

/** JSON Schemas. Their properties have `path_in_connector_config` and `path_in_oauth_response`. */
export interface OAuthConfigSpecification {
  oauth_user_input_from_connector_config_specification?: JsonObject;
  oauth_connector_input_specification?: OAuthConnectorInput;
  complete_oauth_output_specification?: JsonObject;
  complete_oauth_server_input_specification?: JsonObject;
  complete_oauth_server_output_specification?: JsonObject;
}

export interface OAuthConnectorInput {
  consent_url: string;
  access_token_url: string;
  scope?: string;
  access_token_headers?: JsonObject;
  access_token_params?: JsonObject;
  extract_output?: string[];
  /** Length of the random `state` of the flow. */
  state?: { min: number; max: number };
  client_id_key?: string;
  client_secret_key?: string;
  scope_key?: string;
  state_key?: string;
  auth_code_key?: string;
  redirect_uri_key?: string;
  token_expiry_key?: string;
}

export interface SpecMessage {
  type: 'SPEC';
  spec: ConnectorSpecification;
}
export interface ConnectionStatusMessage {
  type: 'CONNECTION_STATUS';
  connectionStatus: { status: 'SUCCEEDED' | 'FAILED'; message?: string };
}
export interface CatalogMessage {
  type: 'CATALOG';
  catalog: { streams: AirbyteStream[] };
}
export interface RecordMessage {
  type: 'RECORD';
  record: {
    stream: string;
    namespace?: string;
    data: JsonObject;
    /** Epoch milliseconds. */
    emitted_at: number;
    /** Destinations store it in `_airbyte_meta`. */
    meta?: { changes?: FieldChange[] };
    file_reference?: FileReference;
  };
}
/** A value in a record that differs from what the API sent. */
export interface FieldChange {
  field: string;
  change: 'NULLED' | 'TRUNCATED';
  reason: FieldChangeReason;
}
/** A source uses the reasons that begin with SOURCE. */
export type FieldChangeReason =
  | `${'SOURCE' | 'DESTINATION' | 'PLATFORM'}_${'RECORD_SIZE_LIMITATION' | 'FIELD_SIZE_LIMITATION' | 'SERIALIZATION_ERROR'}`
  | 'SOURCE_RETRIEVAL_ERROR'
  | 'DESTINATION_TYPECAST_ERROR';
export interface FileReference {
  staging_file_url?: string;
  source_file_relative_path?: string;
  file_size_bytes?: number;
}
export interface StateMessage {
  type: 'STATE';
  state: StreamState & {
    /** `recordCount`: records of this stream since its previous STATE. */
    sourceStats: { recordCount: number; rejectedRecordCount?: number };
  };
}
export interface LogMessage {
  type: 'LOG';
  log: { level: LogLevel; message: string; stack_trace?: string };
}
export interface ErrorTrace {
  type: 'ERROR';
  emitted_at: number;
  error: {
    /** For the user. */
    message: string;
    internal_message?: string;
    stack_trace?: string;
    failure_type: FailureType;
    stream_descriptor?: StreamDescriptor;
  };
}
export interface StreamStatusTrace {
  type: 'STREAM_STATUS';
  emitted_at: number;
  stream_status: {
    stream_descriptor: StreamDescriptor;
    status: StreamStatus;
    /** `quota_reset`: epoch milliseconds. */
    reasons?: { type: 'RATE_LIMITED'; rate_limited: { quota_reset: number } }[];
  };
}
/** For a stream or for the whole sync. If one sync has both, the platform discards all estimates. */
export interface EstimateTrace {
  type: 'ESTIMATE';
  emitted_at: number;
  estimate: StreamDescriptor & { type: 'STREAM' | 'SYNC'; row_estimate?: number; byte_estimate?: number };
}
/** An event for the platform's own statistics. `type`: a fixed name of the event. */
export interface AnalyticsTrace {
  type: 'ANALYTICS';
  emitted_at: number;
  analytics: { type: string; value?: string };
}
export interface TraceMessage {
  type: 'TRACE';
  trace: ErrorTrace | StreamStatusTrace | EstimateTrace | AnalyticsTrace;
}
/** Replaces the whole config that the user has saved, so it must be complete. */
export interface ControlMessage {
  type: 'CONTROL';
  control: { type: 'CONNECTOR_CONFIG'; emitted_at: number; connectorConfig: { config: JsonObject } };
}

export type AirbyteMessage =
  | SpecMessage
  | ConnectionStatusMessage
  | CatalogMessage
  | RecordMessage
  | StateMessage
  | LogMessage
  | TraceMessage
  | ControlMessage;

/** State of one stream. */
export interface StreamState {
  type: 'STREAM';
  stream: { stream_descriptor: StreamDescriptor; stream_state: JsonObject };
}
/** State of all streams in one message, for sources with a common position. */
export interface GlobalState {
  type: 'GLOBAL';
  global: { shared_state?: JsonObject; stream_states: StreamState['stream'][] };
}
/** The oldest format: an object of states by stream name. */
export interface LegacyState {
  type?: 'LEGACY';
  data: JsonObject;
}
/** An entry of the state file. A source must accept all of them; this kit writes the first. */
export type IncomingStateEntry = StreamState | GlobalState | LegacyState;

/** The streams that the user selected, as the platform passes them to `read`. */
export interface ConfiguredAirbyteCatalog {
  streams: ConfiguredAirbyteStream[];
}
export interface ConfiguredAirbyteStream {
  stream: AirbyteStream;
  sync_mode: SyncMode;
  /** A source can ignore this and the generations. */
  destination_sync_mode: DestinationSyncMode;
  cursor_field?: string[];
  primary_key?: string[][];
  generation_id?: number;
  minimum_generation_id?: number;
  sync_id?: number;
  destination_object_name?: string;
  include_files?: boolean;
}
