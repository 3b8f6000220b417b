import type { JsonObject } from '../../src/cdk/index.ts';
import type { Run } from './run.ts';

/** A deduplicating destination. The last record of a key replaces the row, and a tombstone removes it. */
export class Destination {
  readonly #tables = new Map<string, Map<unknown, JsonObject>>();
  readonly #states = new Map<string, JsonObject>();

  /** Loads a run, also one that was killed: each state confirms the records of its stream before it. */
  take(run: Pick<Run, 'messages'>): void {
    const pending = new Map<string, JsonObject[]>();
    for (const message of run.messages) {
      if (message.type === 'RECORD') {
        const { stream, data } = message.record;
        pending.set(stream, [...(pending.get(stream) ?? []), data]);
      } else if (message.type === 'STATE') {
        const { stream } = message.state;
        const { name } = stream.stream_descriptor;
        const table = this.#tables.get(name) ?? new Map<unknown, JsonObject>();
        this.#tables.set(name, table);
        for (const record of pending.get(name) ?? []) {
          if (record._ab_cdc_deleted_at) table.delete(record.id);
          else table.set(record.id, record);
        }
        pending.delete(name);
        this.#states.set(name, stream.stream_state);
      }
    }
  }

  rows(stream: string): JsonObject[] {
    return [...(this.#tables.get(stream)?.values() ?? [])];
  }

  ids(stream: string): unknown[] {
    return [...(this.#tables.get(stream)?.keys() ?? [])].sort();
  }

  /** The state file of the next sync. */
  state(): JsonObject[] {
    return [...this.#states].map(([name, stream_state]) => ({
      type: 'STREAM',
      stream: { stream_descriptor: { name }, stream_state },
    }));
  }
}
