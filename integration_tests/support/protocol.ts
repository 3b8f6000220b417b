import { Ajv } from 'ajv';
import type { AirbyteMessage } from '../../src/cdk/index.ts';

/**
 * The messages that a source may print, as airbyte_protocol.yaml (0.18) has them: enums to the letter, nothing missing.
 * Stricter than the platform, which drops a line that it cannot match without a word: no members that the protocol lacks.
 */
const text = { type: 'string', minLength: 1 };
const moment = { type: 'integer', minimum: 1 };
const anyObject = { type: 'object' };
const list = (items: object) => ({ type: 'array', items });
const oneOf = (...values: string[]) => ({ enum: values });
const exactly = (required: Record<string, object>, optional: Record<string, object> = {}) => ({
  type: 'object',
  required: Object.keys(required),
  properties: { ...required, ...optional },
  additionalProperties: false,
});

const stream = exactly({ name: text });

const syncModes = list(oneOf('full_refresh', 'incremental'));

const catalogStream = exactly(
  {
    name: text,
    json_schema: { type: 'object', required: ['properties'] },
    supported_sync_modes: { ...syncModes, minItems: 1 },
    source_defined_primary_key: list(list(text)),
  },
  { source_defined_cursor: { type: 'boolean' }, default_cursor_field: list(text), is_resumable: { type: 'boolean' } },
);

const traces = {
  ERROR: {
    error: exactly(
      { message: text, failure_type: oneOf('config_error', 'transient_error', 'system_error') },
      { internal_message: text, stack_trace: text, stream_descriptor: stream },
    ),
  },
  STREAM_STATUS: {
    stream_status: exactly(
      { stream_descriptor: stream, status: oneOf('STARTED', 'RUNNING', 'COMPLETE', 'INCOMPLETE') },
      {
        reasons: {
          ...list(exactly({ type: oneOf('RATE_LIMITED'), rate_limited: exactly({ quota_reset: moment }) })),
          minItems: 1,
          // The platform shows a wait only where it is the single reason.
          maxItems: 1,
        },
      },
    ),
  },
  ESTIMATE: { estimate: exactly({ name: text, type: oneOf('STREAM'), row_estimate: { type: 'integer', minimum: 0 } }) },
};

const messages = {
  SPEC: {
    spec: exactly({ connectionSpecification: anyObject }, { documentationUrl: text, changelogUrl: text }),
  },
  CONNECTION_STATUS: { connectionStatus: exactly({ status: oneOf('SUCCEEDED', 'FAILED') }, { message: text }) },
  CATALOG: { catalog: exactly({ streams: list(catalogStream) }) },
  // Data without members is dropped by the platform, which then counts other records than the STATE does.
  RECORD: { record: exactly({ stream: text, emitted_at: moment, data: { type: 'object', minProperties: 1 } }) },
  STATE: {
    state: exactly({
      type: oneOf('STREAM'),
      stream: exactly({ stream_descriptor: stream, stream_state: anyObject }),
      sourceStats: exactly({ recordCount: { type: 'integer', minimum: 0 } }),
    }),
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
};

const ajv = new Ajv({ strict: false, allErrors: true });
const validators = new Map(
  Object.entries(messages).map(([type, members]) => [type, ajv.compile(exactly({ type: oneOf(type), ...members }))]),
);

/** One line of stdout. Throws where it is anything but one protocol message. */
export function parseMessage(line: string): AirbyteMessage {
  let message: { type?: string };
  try {
    message = JSON.parse(line);
  } catch {
    throw new Error(`A line of stdout is not JSON: ${cut(line)}`);
  }
  const isMessage = validators.get(message?.type ?? '');
  if (isMessage === undefined) throw new Error(`A line of stdout is no protocol message: ${cut(line)}`);
  if (!isMessage(message)) {
    throw new Error(`A line of stdout breaks the protocol: ${ajv.errorsText(isMessage.errors)}: ${cut(line)}`);
  }
  return message as AirbyteMessage;
}

const cut = (line: string): string => (line.length > 500 ? `${line.slice(0, 500)} …` : line);
