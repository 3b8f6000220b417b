import { configError } from './errors.ts';
import { isObject, type JsonObject, type JsonValue } from './json.ts';

/**
 * State of streams without a cursor. The Python CDK writes and expects the same object, so a connection can switch between the
 * two.
 */
export const NO_CURSOR_STATE: JsonObject = { __ab_no_cursor_state_message: true };

/** State of a complete resumable full refresh, the same as in the Python CDK. */
export const FULL_REFRESH_COMPLETE: JsonObject = { __ab_full_refresh_sync_complete: true };

export function isFullRefreshComplete(state: JsonObject | undefined): boolean {
  return state?.__ab_full_refresh_sync_complete === true;
}

export interface IncomingState {
  /** State by stream name. */
  streams: ReadonlyMap<string, JsonObject>;
  /** Messages for the user about ignored entries. */
  warnings: string[];
}

/** Values of `type` that distinguish a state message from the legacy form `{stream: state}`, whose keys may be any name. */
const MESSAGE_TYPES: readonly unknown[] = ['STREAM', 'GLOBAL', 'LEGACY', 'STATE'];

/**
 * Parses the state file in all formats that platforms, PyAirbyte and older tools write: missing, empty, `null`, `[]`, `{}`, STREAM
 * messages, one GLOBAL, LEGACY with `data`, or the legacy form `{stream: state}`. Members may be null, and messages may be wrapped
 * in `{"type": "STATE", "state": …}`. States of streams that are not in the catalog (`configured`) are ignored without a warning:
 * platforms keep the states of deselected streams, and other tools add their own entries, such as `{"cdc": false}`.
 */
export function parseState(content: JsonValue | undefined, configured: ReadonlySet<string>): IncomingState {
  const streams = new Map<string, JsonObject>();
  const warnings: string[] = [];

  const put = (name: JsonValue | undefined, state: JsonValue | undefined): void => {
    if (typeof name !== 'string') {
      warnings.push('One entry of the state has no stream name and is ignored.');
    } else if (!configured.has(name)) {
      return;
    } else if (isObject(state)) {
      if (Object.keys(state).length > 0 && !isDeepEqual(state, NO_CURSOR_STATE)) streams.set(name, state);
    } else if (state !== null && state !== undefined) {
      warnings.push(`The state of the stream ${name} is not an object, so the stream is read from the start.`);
    }
  };
  const putBlob = (blob: JsonObject): void => {
    for (const [name, state] of Object.entries(blob)) put(name, state);
  };
  const putStream = (entry: JsonValue | undefined): void => {
    if (!isObject(entry) || !isObject(entry.stream_descriptor)) {
      warnings.push('One entry of the state has no stream descriptor and is ignored.');
    } else {
      put(entry.stream_descriptor.name, entry.stream_state);
    }
  };
  const putMessage = (message: JsonValue): void => {
    if (message === null) return;
    if (!isObject(message)) {
      warnings.push('One entry of the state is not an object and is ignored.');
    } else if (isObject(message.state) && message.type === 'STATE') {
      putMessage(message.state);
    } else if (isObject(message.stream)) {
      putStream(message.stream);
    } else if (isObject(message.global)) {
      const entries = message.global.stream_states;
      for (const entry of Array.isArray(entries) ? entries : []) putStream(entry);
    } else if (isObject(message.data)) {
      putBlob(message.data);
    } else {
      warnings.push('One entry of the state has an unknown format and is ignored.');
    }
  };

  if (Array.isArray(content)) {
    content.forEach(putMessage);
  } else if (isObject(content)) {
    if (isMessage(content)) putMessage(content);
    else putBlob(content);
  } else if (content !== null && content !== undefined) {
    throw configError(
      'The state file contains neither an array nor an object. Use the STATE messages of an earlier read, or omit --state.',
    );
  }
  return { streams, warnings };
}

function isMessage(content: JsonObject): boolean {
  return MESSAGE_TYPES.includes(content.type);
}

function isDeepEqual(a: JsonValue, b: JsonValue): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
