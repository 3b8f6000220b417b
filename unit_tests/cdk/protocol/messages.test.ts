import { expect, test } from '@jest/globals';
import {
  type AirbyteMessage,
  type ConfiguredAirbyteCatalog,
  type IncomingStateEntry,
  isObject,
  type JsonObject,
  type JsonValue,
} from '../../../src/cdk/index.ts';
import { parseCatalog } from '../../../src/cdk/protocol/catalog.ts';
import { parseState } from '../../../src/cdk/protocol/state.ts';
import { parseLine } from '../../../src/cdk/testing/index.ts';

const stream_descriptor = { name: 'a', namespace: 'n' };
const emitted_at = 1;
const config = { free: 'form' };

/** Each message with every member that the protocol knows: the compiler shows that the types have it, the test that the parser has. */
const COMPLETE: Record<string, AirbyteMessage> = {
  SPEC: {
    type: 'SPEC',
    spec: {
      documentationUrl: 'https://example.com',
      changelogUrl: 'https://example.com/changes',
      connectionSpecification: config,
      protocol_version: '0.2.0',
      advanced_auth: {
        auth_flow_type: 'oauth2.0',
        predicate_key: ['credentials', 'auth_type'],
        predicate_value: 'oauth',
        oauth_config_specification: {
          oauth_user_input_from_connector_config_specification: config,
          oauth_connector_input_specification: {
            consent_url: 'https://example.com/consent',
            access_token_url: 'https://example.com/token',
            scope: 'read',
            access_token_headers: config,
            access_token_params: config,
            extract_output: ['refresh_token'],
            state: { min: 7, max: 27 },
            client_id_key: 'id',
            client_secret_key: 'secret',
            scope_key: 'scope',
            state_key: 'state',
            auth_code_key: 'code',
            redirect_uri_key: 'redirect',
            token_expiry_key: 'expires',
          },
          complete_oauth_output_specification: config,
          complete_oauth_server_input_specification: config,
          complete_oauth_server_output_specification: config,
        },
      },
      supportsIncremental: true,
      supportsNormalization: false,
      supportsDBT: false,
      supported_destination_sync_modes: ['append', 'overwrite', 'append_dedup', 'update', 'soft_delete'],
    },
  },
  CONNECTION_STATUS: { type: 'CONNECTION_STATUS', connectionStatus: { status: 'FAILED', message: 'no' } },
  CATALOG: {
    type: 'CATALOG',
    catalog: {
      streams: [
        {
          ...stream_descriptor,
          json_schema: config,
          supported_sync_modes: ['full_refresh', 'incremental'],
          source_defined_cursor: true,
          default_cursor_field: ['at'],
          source_defined_primary_key: [['id']],
          is_resumable: true,
          is_file_based: false,
        },
      ],
    },
  },
  RECORD: {
    type: 'RECORD',
    record: {
      stream: 'a',
      namespace: 'n',
      data: config,
      emitted_at,
      meta: { changes: [{ field: 'x', change: 'NULLED', reason: 'SOURCE_SERIALIZATION_ERROR' }] },
      file_reference: { staging_file_url: '/a', source_file_relative_path: 'a', file_size_bytes: 1 },
    },
  },
  STATE: {
    type: 'STATE',
    state: {
      type: 'STREAM',
      stream: { stream_descriptor, stream_state: config },
      sourceStats: { recordCount: 1, rejectedRecordCount: 0 },
    },
  },
  LOG: { type: 'LOG', log: { level: 'FATAL', message: 'm', stack_trace: 's' } },
  ERROR: {
    type: 'TRACE',
    trace: {
      type: 'ERROR',
      emitted_at,
      error: {
        message: 'm',
        internal_message: 'i',
        stack_trace: 's',
        failure_type: 'transient_error',
        stream_descriptor,
      },
    },
  },
  STREAM_STATUS: {
    type: 'TRACE',
    trace: {
      type: 'STREAM_STATUS',
      emitted_at,
      stream_status: {
        stream_descriptor,
        status: 'RUNNING',
        reasons: [{ type: 'RATE_LIMITED', rate_limited: { quota_reset: 2 } }],
      },
    },
  },
  'ESTIMATE of the sync': {
    type: 'TRACE',
    trace: {
      type: 'ESTIMATE',
      emitted_at,
      estimate: { ...stream_descriptor, type: 'SYNC', row_estimate: 1, byte_estimate: 1 },
    },
  },
  ANALYTICS: { type: 'TRACE', trace: { type: 'ANALYTICS', emitted_at, analytics: { type: 't', value: 'v' } } },
  CONTROL: {
    type: 'CONTROL',
    control: { type: 'CONNECTOR_CONFIG', emitted_at, connectorConfig: { config } },
  },
};

/** The value with one member more in one of its objects, once for each of them. Objects of a free form are left out. */
function withExtraMember(value: JsonValue): JsonValue[] {
  if (Array.isArray(value)) {
    return value.flatMap((item, n) => withExtraMember(item).map((changed) => value.with(n, changed)));
  }
  if (!isObject(value) || value.free === 'form') return [];
  const inside = Object.entries(value).flatMap(([name, member]) =>
    withExtraMember(member).map((changed): JsonObject => ({ ...value, [name]: changed })),
  );
  return [{ ...value, extra: 1 }, ...inside];
}

test.each(Object.entries(COMPLETE))(
  '%s is valid with all its members, and invalid with an unknown one',
  (_, message) => {
    expect(parseLine(JSON.stringify(message))).toEqual(message);
    const others = withExtraMember(JSON.parse(JSON.stringify(message)));
    expect(others.length).toBeGreaterThan(1);
    for (const other of others) expect(parseLine(JSON.stringify(other))).toHaveProperty('problem');
  },
);

const stream_state = { at: 1 };

test.each<[string, IncomingStateEntry]>([
  ['STREAM', { type: 'STREAM', stream: { stream_descriptor, stream_state } }],
  ['GLOBAL', { type: 'GLOBAL', global: { shared_state: {}, stream_states: [{ stream_descriptor, stream_state }] } }],
  ['LEGACY', { type: 'LEGACY', data: { a: stream_state } }],
  ['LEGACY without a type', { data: { a: stream_state } }],
])('a state of the form %s is read', (_, entry) => {
  const content: JsonValue = JSON.parse(JSON.stringify([entry]));
  expect(parseState(content, new Set(['a']))).toEqual({ streams: new Map([['a', stream_state]]), warnings: [] });
});

test('a configured catalog with all its members is read', () => {
  const catalog: ConfiguredAirbyteCatalog = {
    streams: [
      {
        stream: { ...stream_descriptor, json_schema: config, supported_sync_modes: ['full_refresh'] },
        sync_mode: 'full_refresh',
        destination_sync_mode: 'append_dedup',
        cursor_field: ['at'],
        primary_key: [['id']],
        generation_id: 2,
        minimum_generation_id: 1,
        sync_id: 3,
        destination_object_name: 'b',
        include_files: false,
      },
    ],
  };
  const content: JsonValue = JSON.parse(JSON.stringify(catalog));
  expect(parseCatalog(content)).toEqual([{ name: 'a', syncMode: 'full_refresh' }]);
});
