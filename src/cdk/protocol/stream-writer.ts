import { RecordMaker } from '../records/records.ts';
import type { JsonObject } from './json.ts';
import { Progress } from './progress.ts';
import type { Stream, StreamEvent } from './source.ts';
import { programmingError } from './source-faults.ts';
import { FULL_REFRESH_COMPLETE, NO_CURSOR_STATE } from './state.ts';
import type { VerbContext } from './verb-context.ts';

/** Writes the events of one stream. Each STATE contains the number of records since the previous one. */
export class StreamWriter {
  readonly maker: RecordMaker;
  private readonly verbContext: VerbContext;
  private readonly stream: Stream;
  private readonly progress: Progress;
  private recordsSinceState = 0;
  private lastState: JsonObject | undefined;

  /** `selected`: names of the fields that the user selected; undefined: all fields. */
  constructor(verbContext: VerbContext, stream: Stream, selected: ReadonlySet<string> | undefined) {
    this.verbContext = verbContext;
    this.stream = stream;
    this.maker = new RecordMaker(stream, selected);
    this.progress = new Progress(stream.name, () => verbContext.context.clock.now());
  }

  async write(event: StreamEvent): Promise<void> {
    if (!('rows' in event || 'state' in event || 'estimate' in event || 'step' in event)) {
      throw programmingError(
        `the stream ${this.stream.name} yielded neither rows nor a state nor an estimate nor a step`,
      );
    }
    if ('rows' in event) await this.writeRows(event.rows, event.added);
    if ('state' in event) await this.writeState(event.state);
    if ('estimate' in event) await this.writeEstimate(event.estimate);
    if ('step' in event) await this.writeProgress(this.progress.begin(event.step));
  }

  /** Called at the end of a complete stream. Writes a STATE, unless an incremental read has already ended with one. */
  async complete(incremental: boolean): Promise<void> {
    if (!incremental) await this.writeState(this.stream.resumable ? FULL_REFRESH_COMPLETE : NO_CURSOR_STATE);
    else if (this.lastState === undefined || this.recordsSinceState > 0) {
      await this.writeState(this.lastState ?? NO_CURSOR_STATE);
    }
  }

  /** Called for a failed stream. Repeats the last STATE with the records since then, so that the platform's counts agree. */
  async repeatLastState(initial: JsonObject | undefined): Promise<void> {
    const last = this.lastState ?? initial;
    if (last !== undefined) await this.writeState(last);
  }

  summary(outcome: 'complete' | 'incomplete'): string {
    return this.progress.summary(outcome);
  }

  private async writeRows(rows: JsonObject[], added: JsonObject | undefined): Promise<void> {
    const { output, context } = this.verbContext;
    await output.records(this.stream.name, rows, (row) => this.maker.toJson(row, added), context.clock.now());
    this.recordsSinceState += rows.length;
    await this.writeProgress(this.progress.add(rows.length));
  }

  private async writeProgress(sentence: string | undefined): Promise<void> {
    if (sentence !== undefined) await this.verbContext.output.log('INFO', sentence);
  }

  private async writeState(known: JsonObject): Promise<void> {
    // Use the no-cursor sentinel instead of `{}`: platforms treat an empty state as "no state".
    const stream_state = Object.keys(known).length > 0 ? known : NO_CURSOR_STATE;
    const recordCount = this.recordsSinceState;
    this.lastState = stream_state;
    this.recordsSinceState = 0;
    await this.verbContext.output.message({
      type: 'STATE',
      state: {
        type: 'STREAM',
        stream: { stream_descriptor: { name: this.stream.name }, stream_state },
        sourceStats: { recordCount },
      },
    });
  }

  private async writeEstimate(rows: number): Promise<void> {
    this.progress.expect(rows);
    await this.verbContext.reporter.estimate(this.stream.name, rows);
  }
}
