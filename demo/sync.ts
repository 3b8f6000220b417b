/** One sync, as a platform does it: records go to the destination, states are kept for the next sync. */
import { readFile, writeFile } from 'node:fs/promises';
import type { AirbyteMessage, RecordMessage, StateMessage, StreamStatusTrace } from '../src/cdk/messages.ts';
import { type ConfiguredStream, runConnector } from './airbyte.ts';
import type { Destination } from './duckdb.ts';
import { Failure } from './failure.ts';

export interface Files {
  readonly config: string;
  readonly catalog: string;
  /** The last STATE of each stream, in the form in which the platform hands them over. */
  readonly state: string;
}

export interface StreamRun {
  readonly name: string;
  status: 'waiting' | 'reading' | 'complete' | 'failed';
  records: number;
  /** Epoch milliseconds, by the connector's clock. */
  startedAt: number;
  endedAt: number;
}

export type State = StateMessage['state'];

export class Sync {
  readonly runs: readonly StreamRun[];
  /** What the connector warned of. */
  readonly warnings: string[] = [];
  private readonly files: Files;
  private readonly streams: readonly ConfiguredStream[];
  private readonly destination: Destination;
  private readonly states = new Map<string, State>();

  constructor(files: Files, streams: readonly ConfiguredStream[], destination: Destination) {
    this.files = files;
    this.streams = streams;
    this.destination = destination;
    this.runs = streams.map(({ stream: { name } }) => {
      return { name, status: 'waiting', records: 0, startedAt: 0, endedAt: 0 };
    });
  }

  /** `onChange` hears of each run whose figures or status have changed. */
  async run(signal: AbortSignal, onChange: (run: StreamRun) => void = () => {}): Promise<void> {
    const { config, catalog, state } = this.files;
    await writeJson(catalog, { streams: this.streams });
    for (const known of await readStates(state)) this.keep(known);
    for (const stream of this.streams) await this.destination.prepare(stream);

    const args = ['read', '--config', config, '--catalog', catalog, '--state', state];
    for await (const message of runConnector(args, signal)) {
      const changed = await this.take(message);
      if (changed !== undefined) onChange(changed);
    }
  }

  private async take(message: AirbyteMessage): Promise<StreamRun | undefined> {
    switch (message.type) {
      case 'RECORD':
        return this.takeRecord(message.record);
      case 'STATE':
        await this.takeState(message.state);
        return undefined;
      case 'TRACE':
        return message.trace.type === 'STREAM_STATUS' ? this.takeStatus(message.trace) : undefined;
      case 'LOG':
        if (message.log.level === 'WARN') this.warnings.push(message.log.message);
        return undefined;
      default:
        return undefined;
    }
  }

  private takeRecord({ stream, data, emitted_at: emittedAt }: RecordMessage['record']): StreamRun {
    const run = this.runOf(stream);
    this.destination.append(stream, data, emittedAt);
    run.records += 1;
    return run;
  }

  /** Kept only once the records before it are safe. */
  private async takeState(state: State): Promise<void> {
    await this.destination.checkpoint(state.stream.stream_descriptor.name);
    this.keep(state);
    await writeJson(this.files.state, [...this.states.values()]);
  }

  private async takeStatus({ stream_status: { stream_descriptor, status }, emitted_at: at }: StreamStatusTrace) {
    const run = this.runOf(stream_descriptor.name);
    if (status === 'STARTED') run.startedAt = at;
    if (status === 'COMPLETE') await this.destination.complete(run.name);
    run.endedAt = at;
    run.status = status === 'COMPLETE' ? 'complete' : status === 'INCOMPLETE' ? 'failed' : 'reading';
    return run;
  }

  private runOf(stream: string): StreamRun {
    const run = this.runs.find(({ name }) => name === stream);
    if (run === undefined) throw new Failure(`The connector spoke of the stream ${stream}, which nobody asked for.`);
    return run;
  }

  private keep(state: State): void {
    this.states.set(state.stream.stream_descriptor.name, state);
  }
}

export async function readStates(file: string): Promise<State[]> {
  return JSON.parse(await readFile(file, 'utf8')) as State[];
}

export async function writeJson(file: string, content: unknown): Promise<void> {
  await writeFile(file, `${JSON.stringify(content, undefined, 2)}\n`);
}
