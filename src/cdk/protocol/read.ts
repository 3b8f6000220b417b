import { MOST_NEW_VALUES, RecordMaker } from '../records/records.ts';
import type { ConfiguredStream } from './catalog.ts';
import { syncModes } from './discover.ts';
import { asConnectorError, configError } from './errors.ts';
import type { JsonObject } from './json.ts';
import type { Output } from './output.ts';
import { Progress } from './progress.ts';
import type { Reporter } from './reporter.ts';
import type { Connection, SourceContext, Stream } from './source.ts';
import { programmingError, requireSoundConnection } from './source-faults.ts';
import { FULL_REFRESH_COMPLETE, type IncomingState, isFullRefreshComplete, NO_CURSOR_STATE } from './state.ts';

/** What a verb works with. */
export interface VerbContext {
  readonly output: Output;
  readonly reporter: Reporter;
  readonly context: SourceContext;
}

/**
 * Reads every configured stream, at most `connection.maxConcurrentStreams` at a time, in the catalog's order.
 * A stream that fails does not stop the others. Resolves to whether all are complete.
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
  await verbContext.reporter.tellHeldBack();
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
    await emitRecords(verbContext, requireStream(configured, stream), isIncremental(configured, stream), state);
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
    throw configError(`The stream ${configured.name} is configured with the unknown sync mode ${configured.syncMode}.`);
  }
  return stream;
}

/** PyAirbyte configures every stream as incremental; one that cannot is read in full, as the Python CDK does. */
function isIncremental(configured: ConfiguredStream, stream: Stream | undefined): boolean {
  return configured.syncMode === 'incremental' && stream !== undefined && syncModes(stream).includes('incremental');
}

async function emitRecords(
  { output, reporter, context }: VerbContext,
  stream: Stream,
  incremental: boolean,
  incomingState: JsonObject | undefined,
): Promise<void> {
  const { name } = stream;
  const maker = new RecordMaker(stream);
  const toJson = (row: JsonObject): string => maker.toJson(row);
  const progress = new Progress(name, () => context.clock.now());
  let outcome: 'complete' | 'incomplete' = 'incomplete';
  let sinceState = 0;
  let lastState: JsonObject | undefined;
  const emitState = async (known: JsonObject): Promise<void> => {
    // An empty one is what a platform makes up for a stream that said nothing; that nothing is known has a word of its own.
    const state = Object.keys(known).length > 0 ? known : NO_CURSOR_STATE;
    lastState = state;
    const recordCount = sinceState;
    sinceState = 0;
    await output.message({
      type: 'STATE',
      state: {
        type: 'STREAM',
        stream: { stream_descriptor: { name }, stream_state: state },
        sourceStats: { recordCount },
      },
    });
  };

  // A state is of use where the stream goes on from it; that of a complete full refresh says nothing of changes.
  const isUseful = incremental ? !isFullRefreshComplete(incomingState) : stream.resumable === true;
  const state = isUseful ? incomingState : undefined;
  try {
    await reporter.status(name, 'RUNNING');
    // In a later attempt of one job, a platform hands a full refresh what it has done; nothing is left to do then.
    const events = isFullRefreshComplete(state) ? [] : stream.read({ incremental, state });
    for await (const event of events) {
      if ('rows' in event) {
        await output.records(name, event.rows, toJson, context.clock.now());
        sinceState += event.rows.length;
        const sentence = progress.add(event.rows.length);
        if (sentence !== undefined) await output.log('INFO', sentence);
      }
      if ('state' in event) await emitState(event.state);
      if ('estimate' in event) {
        progress.expect(event.estimate);
        await reporter.estimate(name, event.estimate);
      }
      if (!('rows' in event || 'state' in event || 'estimate' in event)) {
        throw programmingError(`the stream ${name} yielded neither rows nor a state nor an estimate`);
      }
    }
    if (!incremental) await emitState(stream.resumable ? FULL_REFRESH_COMPLETE : NO_CURSOR_STATE);
    else if (lastState === undefined || sinceState > 0) await emitState(lastState ?? NO_CURSOR_STATE);
    outcome = 'complete';
  } catch (error) {
    // What was delivered stays covered by the last state that holds, so that counts on both sides agree.
    const safe = lastState ?? state;
    if (!context.signal.aborted && safe !== undefined) await emitState(safe);
    throw error;
  } finally {
    if (!context.signal.aborted) {
      await tellOfDrift(output, name, maker);
      await output.log('INFO', progress.summary(outcome));
    }
  }
}

async function tellOfDrift(
  output: Output,
  name: string,
  { unknownFields, mistypedFields, newValues }: RecordMaker,
): Promise<void> {
  if (unknownFields.size > 0) {
    await output.log(
      'WARN',
      `${name}: the API sent fields that the schema lacks: ${[...unknownFields].join(', ')}. ` +
        'They are passed on, but Airbyte keeps only fields of the schema. Please tell the maintainers of this connector.',
    );
  }
  if (mistypedFields.size > 0) {
    await output.log(
      'WARN',
      `${name}: values that do not fit the declared type were passed on unchanged in: ${[...mistypedFields].join(', ')}.`,
    );
  }
  if (newValues.length > 0) {
    const more = newValues.length === MOST_NEW_VALUES ? ' and perhaps more' : '';
    await output.log('INFO', `${name}: values that are new to this connector: ${newValues.join(', ')}${more}.`);
  }
}
