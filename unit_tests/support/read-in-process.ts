import { setMaxListeners } from 'node:events';
import type { Writable } from 'node:stream';
import type { OpenTransport } from '../../src/cdk/http/transport.ts';
import type { AirbyteMessage, Clock, Connection, JsonObject, SourceContext } from '../../src/cdk/index.ts';
import type { SyncMode } from '../../src/cdk/protocol/messages.ts';
import { Output } from '../../src/cdk/protocol/output.ts';
import { readStreams } from '../../src/cdk/protocol/read.ts';
import { Reporter } from '../../src/cdk/protocol/reporter.ts';
import { parseState } from '../../src/cdk/protocol/state.ts';
import type { FloatConfig } from '../../src/float/config.ts';
import { createFloatSource } from '../../src/float/source.ts';

export interface Read {
  readonly open: (context: SourceContext) => Promise<Connection>;
  readonly streams: readonly string[];
  readonly mode: SyncMode;
  readonly states: ReadonlyMap<string, JsonObject>;
  readonly clock: Clock;
  readonly stdout: Writable;
  /** Aborting it ends the read at once, as a kill does. */
  readonly ended: AbortController;
}

export interface ReadResult {
  readonly complete: boolean;
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
}

/** Runs one read without files and without a process. Thousands of reads are affordable, unlike with `runSource`. */
export async function readInProcess({ open, streams, mode, states, clock, stdout, ended }: Read): Promise<ReadResult> {
  setMaxListeners(0, ended.signal);
  // The waits before retries have a random part, but the same seed must give the same read.
  Math.random = () => 0.5;
  const logged: Record<string, string[]> = {};
  const context: SourceContext = {
    clock,
    signal: ended.signal,
    log: (level, sentence) => {
      logged[level] = [...(logged[level] ?? []), sentence];
    },
    rateLimited: () => undefined,
    mask: (text) => text,
  };
  const output = new Output(stdout, { onGone: (reason) => ended.abort(reason) });
  const reporter = new Reporter(output, () => clock.now());
  const state = [...states].map(([name, stream_state]) => ({
    type: 'STREAM',
    stream: { stream_descriptor: { name }, stream_state },
  }));
  const configured = streams.map((name) => ({ name, syncMode: mode }));
  const connection = await open(context);
  const incoming = parseState(state, new Set(streams));
  const complete = await readStreams({ output, reporter, context }, connection, configured, incoming).catch((error) => {
    if (!ended.signal.aborted) throw error;
    return false;
  });
  return { complete, warnings: logged.WARN ?? [], infos: logged.INFO ?? [] };
}

/** Opens Float behind a transport, with quotas that never make it wait. */
export function openFloat(
  transport: OpenTransport,
  context: SourceContext,
  { streams, ...settings }: Pick<FloatConfig, 'concurrency'> & Partial<FloatConfig> & { streams: readonly string[] },
): Promise<Connection> {
  const config: FloatConfig = {
    apiToken: 'token-of-a-test',
    baseUrl: 'https://api.test/v3',
    requestsPerMinute: 1_000_000,
    requestsPerSecond: 1_000_000,
    startDate: undefined,
    contactEmail: undefined,
    ...settings,
  };
  return createFloatSource(transport).open(config, context, streams);
}

/** What one stream emitted. */
export function emittedBy(messages: readonly AirbyteMessage[]) {
  const records = messages.flatMap((message) => (message.type === 'RECORD' ? [message.record.data] : []));
  const traces = messages.flatMap((message) => (message.type === 'TRACE' ? [message.trace] : []));
  const statuses = traces.flatMap((trace) => (trace.type === 'STREAM_STATUS' ? [trace.stream_status.status] : []));
  return {
    rows: records.filter((row) => !row._ab_cdc_deleted_at),
    tombstones: records.filter((row) => row._ab_cdc_deleted_at),
    lastStatus: statuses.at(-1),
    reasons: traces.flatMap((trace) =>
      trace.type === 'ERROR' && trace.error.stream_descriptor !== undefined ? [trace.error.message] : [],
    ),
    states: messages.flatMap((message) => (message.type === 'STATE' ? [message.state.stream.stream_state] : [])),
  };
}
