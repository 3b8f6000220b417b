/** One sync, as a platform runs it: records go to the destination, and states are stored for the next sync. */
import { readFile, rename, writeFile } from 'node:fs/promises';
import type { AirbyteMessage, LogMessage, StateMessage, TraceMessage } from '../src/cdk/protocol/messages.ts';
import { type ConfiguredStream, type Connector, ConnectorFailed } from './airbyte.ts';
import type { Changes, Destination } from './duckdb.ts';
import { Failure } from './failure.ts';

export interface Files {
  readonly catalog: string;
  /** The last STATE of each stream, in the format of `--state`. */
  readonly state: string;
}

/** The progress and the result of one stream. */
export class StreamRun implements Changes {
  readonly name: string;
  status: 'waiting' | 'reading' | 'complete' | 'failed' = 'waiting';
  records = 0;
  requests = 0;
  added = 0;
  changed = 0;
  deleted = 0;
  /** Epoch milliseconds, by the connector's clock. */
  startedAt = 0;
  endedAt = 0;
  /** End of the current wait for Float's quota, epoch milliseconds. In the past if it is not waiting. */
  waitsUntil = 0;
  /** Why it failed. */
  problem?: string;

  constructor(name: string) {
    this.name = name;
  }
}

interface Listener {
  /** The numbers or the status of a run have changed. */
  update(run: StreamRun): void;
  /** A log line about a wait. */
  waiting(line: string): void;
}

export type State = StateMessage['state'];

/** Log lines about a wait and its duration. */
const WAITING = /^Waiting \d+ s |about \d+ \w+ left\.$|retrying in /;

/** The start of a DEBUG log line about a request. */
const REQUEST = /^(\w+): GET /;

export class Sync {
  readonly runs: readonly StreamRun[];
  /** WARN messages of the connector. */
  readonly warnings: string[] = [];
  /** The last log line of the connector, and the last one about a wait. */
  note = '';
  waiting = '';
  private readonly connector: Connector;
  private readonly files: Files;
  private readonly streams: readonly ConfiguredStream[];
  private readonly destination: Destination;
  private readonly states = new Map<string, State>();

  constructor(connector: Connector, files: Files, streams: readonly ConfiguredStream[], destination: Destination) {
    this.connector = connector;
    this.files = files;
    this.streams = streams;
    this.destination = destination;
    this.runs = streams.map(({ stream }) => new StreamRun(stream.name));
  }

  get failed(): readonly StreamRun[] {
    return this.runs.filter(({ status }) => status !== 'complete');
  }

  /**
   * Throws if the whole sync failed. If only single streams fail, their runs have the status `failed`, and the others are
   * complete.
   */
  async run(signal: AbortSignal, listener?: Listener): Promise<void> {
    const { catalog, state } = this.files;
    await writeJson(catalog, { streams: this.streams });
    for (const known of await readStates(state)) this.keep(known);
    for (const stream of this.streams) await this.destination.prepare(stream);
    try {
      for await (const message of this.connector.read(catalog, state, signal)) {
        const changed = await this.take(message);
        if (changed !== undefined) listener?.update(changed);
        if (message.type === 'LOG' && isWaiting(message.log)) listener?.waiting(message.log.message);
      }
    } catch (error) {
      if (!(error instanceof ConnectorFailed && error.isOfStreams)) throw error;
    }
  }

  /** Returns the run that the message changed. */
  private async take(message: AirbyteMessage): Promise<StreamRun | undefined> {
    if (message.type === 'TRACE') return this.takeTrace(message.trace);
    if (message.type === 'LOG') return this.takeLog(message.log);
    if (message.type === 'RECORD') {
      const { stream, data, emitted_at: emittedAt } = message.record;
      const run = this.runOf(stream);
      this.destination.append(stream, data, emittedAt);
      run.records += 1;
      run.waitsUntil = 0;
      return run;
    }
    if (message.type !== 'STATE') return undefined;
    // The state is stored only after the records before it.
    const run = this.runOf(message.state.stream.stream_descriptor.name);
    count(run, await this.destination.checkpoint(run.name));
    this.keep(message.state);
    await writeJson(this.files.state, [...this.states.values()]);
    return run;
  }

  private async takeTrace(trace: TraceMessage['trace']): Promise<StreamRun | undefined> {
    if (trace.type === 'ERROR' && trace.error.stream_descriptor !== undefined) {
      const run = this.runOf(trace.error.stream_descriptor.name);
      run.problem = trace.error.message;
      return run;
    }
    if (trace.type !== 'STREAM_STATUS') return undefined;
    const { stream_descriptor, status, reasons } = trace.stream_status;
    const run = this.runOf(stream_descriptor.name);
    run.waitsUntil = reasons?.[0]?.rate_limited.quota_reset ?? 0;
    if (status === 'STARTED') run.startedAt = trace.emitted_at;
    if (status === 'COMPLETE') count(run, await this.destination.complete(run.name));
    run.endedAt = trace.emitted_at;
    run.status = status === 'COMPLETE' ? 'complete' : status === 'INCOMPLETE' ? 'failed' : 'reading';
    return run;
  }

  private takeLog({ level, message }: LogMessage['log']): StreamRun | undefined {
    if (level === 'WARN') this.warnings.push(message);
    if (level !== 'DEBUG') {
      this.note = message;
      if (isWaiting({ level, message })) this.waiting = message;
      return undefined;
    }
    const run = this.runs.find(({ name }) => name === REQUEST.exec(message)?.[1]);
    if (run !== undefined) run.requests += 1;
    return run;
  }

  private runOf(stream: string): StreamRun {
    const run = this.runs.find(({ name }) => name === stream);
    if (run === undefined)
      throw new Failure(`The connector sent a message about the stream ${stream}, which was not selected.`);
    return run;
  }

  private keep(state: State): void {
    this.states.set(state.stream.stream_descriptor.name, state);
  }
}

export const isWaiting = ({ level, message }: LogMessage['log']): boolean => level === 'INFO' && WAITING.test(message);

function count(run: StreamRun, { added, changed, deleted }: Changes): void {
  run.added += added;
  run.changed += changed;
  run.deleted += deleted;
}

export async function readStates(file: string): Promise<State[]> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as State[];
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new Failure(`${file} is not the state of an earlier sync. To start with a full sync, remove the folder.`, {
      cause: error,
    });
  }
}

/** In one step: a reader finds the old content or the new one, also when this process is killed. */
export async function writeJson(file: string, content: unknown): Promise<void> {
  const next = `${file}.next`;
  await writeFile(next, `${JSON.stringify(content, undefined, 2)}\n`);
  await rename(next, file);
}
