import type { JsonObject } from '../../src/cdk/index.ts';
import type { Run } from './run.ts';

/** A deduplicating destination that takes the last record of a key to arrive, and removes the row of a tombstone. */
export class Destination {
  readonly #tables = new Map<string, Map<unknown, JsonObject>>();
  readonly #states = new Map<string, JsonObject>();

  /** Also of a run that was killed: everything counts as far as a state of its stream follows. */
  take(run: Pick<Run, 'messages'>): void {
    const pending = new Map<string, JsonObject[]>();
    for (const message of run.messages) {
      if (message.type === 'RECORD') {
        const { stream, data } = message.record;
        pending.set(stream, [...(pending.get(stream) ?? []), data]);
      } else if (message.type === 'STATE') {
        const { stream } = message.state;
        const { name } = stream.stream_descriptor;
        for (const record of pending.get(name) ?? []) this.#put(name, record);
        pending.delete(name);
        this.#states.set(name, stream.stream_state);
      }
    }
  }

  /**
   * Of a sync that was cancelled, where the destination loads whatever comes and echoes states late. A platform keeps the
   * echoed ones only: here all but the last of each stream. One with nothing to load before it is echoed at once.
   */
  takeAhead(run: Pick<Run, 'messages'>): void {
    const unechoed = new Map<string, JsonObject>();
    for (const message of run.messages) {
      if (message.type === 'RECORD') this.#put(message.record.stream, message.record.data);
      if (message.type !== 'STATE') continue;
      const { stream, sourceStats } = message.state;
      const { name } = stream.stream_descriptor;
      const isEchoed = sourceStats.recordCount === 0;
      const echoed = isEchoed ? stream.stream_state : unechoed.get(name);
      if (echoed !== undefined) this.#states.set(name, echoed);
      if (isEchoed) unechoed.delete(name);
      else unechoed.set(name, stream.stream_state);
    }
  }

  /** As when a stream is refreshed: rows of the old generation go, and so does the state. */
  forget(stream: string): void {
    this.#tables.delete(stream);
    this.#states.delete(stream);
  }

  /** Rows that came by other means than a sync with this destination's state. */
  put(stream: string, records: readonly JsonObject[]): void {
    for (const record of records) this.#put(stream, record);
  }

  #put(stream: string, record: JsonObject): void {
    const table = this.#tables.get(stream) ?? new Map<unknown, JsonObject>();
    this.#tables.set(stream, table);
    if (record._ab_cdc_deleted_at) table.delete(record.id);
    else table.set(record.id, record);
  }

  rows(stream: string): JsonObject[] {
    return [...(this.#tables.get(stream)?.values() ?? [])];
  }

  ids(stream: string): unknown[] {
    return this.rows(stream)
      .map(({ id }) => id)
      .sort();
  }

  /** The state file of the next sync. */
  state(): JsonObject[] {
    return [...this.#states].map(([name, stream_state]) => ({
      type: 'STREAM',
      stream: { stream_descriptor: { name }, stream_state },
    }));
  }
}
