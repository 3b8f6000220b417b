import type { ConfiguredStream } from './catalog.ts';
import { syncModes } from './discover.ts';
import { driftOf } from './drift.ts';
import { asConnectorError, configError } from './errors.ts';
import type { JsonObject } from './json.ts';
import type { Connection, Stream } from './source.ts';
import { requireSoundConnection } from './source-faults.ts';
import { type IncomingState, isFullRefreshComplete } from './state.ts';
import { StreamWriter } from './stream-writer.ts';
import type { VerbContext } from './verb-context.ts';

/**
 * Reads all configured streams in the catalog's order, at most `connection.maxConcurrentStreams` at a time.
 * A failed stream does not stop the others. Resolves to whether all streams are complete.
 */
export async function readStreams(
  verbContext: VerbContext,
  connection: Connection,
  configured: readonly ConfiguredStream[],
  incoming: IncomingState,
): Promise<boolean> {
  requireSoundConnection(connection);
  const known = new Map(connection.streams.map((stream) => [stream.name, stream]));
  const waiting = [...configured];
  let complete = true;
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const done = await readStream(verbContext, next, known.get(next.name), incoming.streams.get(next.name));
      complete &&= done;
    }
  };
  const workers = Math.min(connection.maxConcurrentStreams, configured.length);
  await Promise.all(Array.from({ length: workers }, worker));
  await verbContext.reporter.endHeldBack();
  return complete;
}

async function readStream(
  verbContext: VerbContext,
  configured: ConfiguredStream,
  stream: Stream | undefined,
  state: JsonObject | undefined,
): Promise<boolean> {
  const { reporter, context } = verbContext;
  const { name } = configured;
  await reporter.status(name, 'STARTED');
  try {
    await emitRecords(verbContext, requireStream(configured, stream), configured, state);
    await reporter.status(name, 'COMPLETE');
    return true;
  } catch (thrown) {
    if (context.signal.aborted) throw thrown;
    await reporter.failure(name, asConnectorError(thrown));
    return false;
  }
}

function requireStream(configured: ConfiguredStream, stream: Stream | undefined): Stream {
  if (stream === undefined) {
    throw configError(
      `The stream ${configured.name} does not exist in this source. Refresh the source schema of the connection, or deselect the stream.`,
    );
  }
  if (configured.syncMode !== 'full_refresh' && configured.syncMode !== 'incremental') {
    throw configError(
      `The stream ${configured.name} is configured with the unknown sync mode ${configured.syncMode}. Use full_refresh or incremental.`,
    );
  }
  return stream;
}

/** PyAirbyte configures all streams as incremental. A stream without a cursor is then read in full, as in the Python CDK. */
function isIncremental(configured: ConfiguredStream, stream: Stream | undefined): boolean {
  return configured.syncMode === 'incremental' && stream !== undefined && syncModes(stream).includes('incremental');
}

/** Reads one stream to its end. If that fails, repeats the last state and throws. */
async function emitRecords(
  verbContext: VerbContext,
  stream: Stream,
  configured: ConfiguredStream,
  incoming: JsonObject | undefined,
): Promise<void> {
  const { reporter, context } = verbContext;
  const incremental = isIncremental(configured, stream);
  const writer = new StreamWriter(verbContext, stream, configured.fields);
  const state = isUseful(incoming, stream, incremental) ? incoming : undefined;
  try {
    await reporter.status(stream.name, 'RUNNING');
    // In a later attempt of a job, the platform passes the state of a completed full refresh. Then nothing is left to read.
    const events = isFullRefreshComplete(state) ? [] : stream.read({ incremental, state, fields: configured.fields });
    for await (const event of events) await writer.write(event);
    await writer.complete(incremental);
  } catch (error) {
    if (!context.signal.aborted) {
      await writer.repeatLastState(state);
      await logOutcome(verbContext, stream, writer, 'incomplete');
    }
    throw error;
  }
  if (!context.signal.aborted) await logOutcome(verbContext, stream, writer, 'complete');
}

/** Whether the stream can continue from the state. The state of a complete full refresh contains no cursor. */
function isUseful(state: JsonObject | undefined, stream: Stream, incremental: boolean): boolean {
  return incremental ? !isFullRefreshComplete(state) : stream.resumable === true;
}

async function logOutcome(
  { output }: VerbContext,
  stream: Stream,
  writer: StreamWriter,
  outcome: 'complete' | 'incomplete',
): Promise<void> {
  for (const { level, message } of driftOf(stream, writer.maker)) await output.log(level, message);
  await output.log('INFO', writer.summary(outcome));
}
