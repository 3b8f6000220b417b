import type { AirbyteMessage, JsonObject } from '../../src/cdk/index.ts';

/** How a destination decides between two records of one key. Airbyte's compare the cursor field; others take the last to arrive. */
export type Merge = 'newest cursor' | 'last arrival';

/**
 * A deduplicating destination: one row a key, tombstones (`_ab_cdc_deleted_at`) remove it.
 * Records of one sync are deduplicated first and merged into the table then, as Airbyte's typing and deduping does; so a
 * tombstone is forgotten once its sync is merged.
 */
export class Destination {
  readonly tables = new Map<string, Map<string, JsonObject>>();
  /** Last committed state by stream. */
  readonly states = new Map<string, JsonObject>();
  private readonly merge: Merge;

  constructor(merge: Merge) {
    this.merge = merge;
  }

  /** Takes what arrived of one sync. `keepsTail`: records behind a stream's last state stay too. */
  apply(messages: readonly AirbyteMessage[], keepsTail: boolean): void {
    const committed = keepsTail ? messages : withoutTail(messages);
    const batches = new Map<string, Map<string, JsonObject>>();
    for (const message of committed) {
      if (message.type === 'STATE') {
        this.states.set(message.state.stream.stream_descriptor.name, message.state.stream.stream_state);
      } else if (message.type === 'RECORD') {
        const { stream, data } = message.record;
        const batch = batches.get(stream) ?? new Map<string, JsonObject>();
        batches.set(stream, batch);
        this.put(batch, data);
      }
    }
    for (const [stream, batch] of batches) {
      const table = this.tables.get(stream) ?? new Map<string, JsonObject>();
      this.tables.set(stream, table);
      for (const record of batch.values()) this.put(table, record);
      for (const [key, record] of table) if (record._ab_cdc_deleted_at) table.delete(key);
    }
  }

  private put(table: Map<string, JsonObject>, record: JsonObject): void {
    const key = String(record.id);
    const present = table.get(key);
    if (present === undefined || this.merge === 'last arrival' || cursorOf(record) >= cursorOf(present)) {
      table.set(key, record);
    }
  }
}

function cursorOf({ modified }: JsonObject): number {
  return typeof modified === 'string' ? Date.parse(modified) : Number.NEGATIVE_INFINITY;
}

/** Records count only as far as a state of their stream follows them. */
function withoutTail(messages: readonly AirbyteMessage[]): AirbyteMessage[] {
  const covered = new Set<string>();
  return messages
    .toReversed()
    .filter((message) => {
      if (message.type === 'STATE') covered.add(message.state.stream.stream_descriptor.name);
      return message.type !== 'RECORD' || covered.has(message.record.stream);
    })
    .reverse();
}
