/**
 * The messages of the Airbyte protocol (version 0) that a source sends, and the enums that travel in them.
 * Spelling and casing are the protocol's own: a line that a platform cannot match turns silently into a log line.
 * Source: airbyte_protocol.yaml of airbytehq/airbyte-protocol 0.18.
 */
import type { JsonObject } from './json.ts';

export type SyncMode = 'full_refresh' | 'incremental';
export type LogLevel = 'FATAL' | 'ERROR' | 'WARN' | 'INFO' | 'DEBUG' | 'TRACE';
export type FailureType = 'config_error' | 'transient_error' | 'system_error';
export type StreamStatus = 'STARTED' | 'RUNNING' | 'COMPLETE' | 'INCOMPLETE';

export interface StreamDescriptor {
  name: string;
}

/** One stream as `discover` offers it. */
export interface AirbyteStream {
  name: string;
  json_schema: JsonObject;
  supported_sync_modes: SyncMode[];
  source_defined_cursor?: boolean;
  /** Path of the cursor field. */
  default_cursor_field?: string[];
  /** One path a key part. */
  source_defined_primary_key: string[][];
  is_resumable: boolean;
}

export interface ConnectorSpecification {
  documentationUrl?: string;
  changelogUrl?: string;
  /** JSON Schema, draft 07, of the config. */
  connectionSpecification: JsonObject;
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
  /** `emitted_at`: epoch milliseconds. */
  record: { stream: string; data: JsonObject; emitted_at: number };
}
export interface StateMessage {
  type: 'STATE';
  state: {
    type: 'STREAM';
    stream: { stream_descriptor: StreamDescriptor; stream_state: JsonObject };
    /** `recordCount`: records of this stream since its previous STATE. */
    sourceStats: { recordCount: number };
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
export interface EstimateTrace {
  type: 'ESTIMATE';
  emitted_at: number;
  estimate: { name: string; type: 'STREAM'; row_estimate: number };
}
export interface TraceMessage {
  type: 'TRACE';
  trace: ErrorTrace | StreamStatusTrace | EstimateTrace;
}

export type AirbyteMessage =
  | SpecMessage
  | ConnectionStatusMessage
  | CatalogMessage
  | RecordMessage
  | StateMessage
  | LogMessage
  | TraceMessage;
