import type { AirbyteMessage, JsonObject } from '../../src/cdk/index.ts';
import type { Mode } from './sync.ts';

/**
 * How a destination decides between two records of one key. Airbyte's destinations compare the cursor field. Others keep the
 * record that arrived last.
 */
export type Merge = 'newest cursor' | 'last arrival';

/**
 * A destination with one row for each key. An incremental sync is deduplicated: tombstones (`_ab_cdc_deleted_at`) remove their
 * row. Records of one sync are first deduplicated and then merged into the table, as in Airbyte's typing and deduping. So the
 * next sync no longer knows the tombstone. A full refresh replaces the table once its stream is complete.
 */
export class Destination {
  readonly tables = new Map<string, Map<string, JsonObject>>();
  /** Last committed state by stream. */
  readonly states = new Map<string, JsonObject>();
  private readonly merge: Merge;
  private readonly left = new Map<string, Set<string>>();

  constructor(merge: Merge) {
    this.merge = merge;
  }

  table(stream: string): ReadonlyMap<string, JsonObject> {
    return this.tables.get(stream) ?? new Map();
  }

  /** Rows that the current state does not know. Their deletions are not followed. */
  leftBehind(stream: string): ReadonlySet<string> {
    return this.left.get(stream) ?? new Set();
  }

  /** Call it if the state of a stream, or its keys, are lost. */
  leaveBehind(stream: string): void {
    this.left.set(stream, new Set(this.table(stream).keys()));
  }

  /** A full refresh begins without a state, as on real platforms. */
  begin(streams: readonly string[], mode: Mode): void {
    if (mode === 'incremental') return;
    for (const stream of streams) {
      this.states.delete(stream);
      this.leaveBehind(stream);
    }
  }

  /** Applies the messages of one sync. `keepsTail`: records after a stream's last state are kept too. */
  apply(messages: readonly AirbyteMessage[], keepsTail: boolean, mode: Mode = 'incremental'): void {
    const committed = keepsTail ? messages : withoutTail(messages);
    const batches = new Map<string, Map<string, JsonObject>>();
    const complete = new Set<string>();
    for (const message of committed) {
      if (message.type === 'STATE') {
        this.states.set(message.state.stream.stream_descriptor.name, message.state.stream.stream_state);
      } else if (message.type === 'TRACE' && message.trace.type === 'STREAM_STATUS') {
        const { stream_descriptor: descriptor, status } = message.trace.stream_status;
        if (status === 'COMPLETE') complete.add(descriptor.name);
      } else if (message.type === 'RECORD') {
        const { stream, data } = message.record;
        const batch = batches.get(stream) ?? new Map<string, JsonObject>();
        batches.set(stream, batch);
        this.put(batch, data);
      }
    }
    if (mode === 'incremental') for (const [stream, batch] of batches) this.upsert(stream, batch);
    else for (const stream of complete) this.overwrite(stream, batches.get(stream) ?? new Map());
  }

  private upsert(stream: string, batch: ReadonlyMap<string, JsonObject>): void {
    const table = this.tables.get(stream) ?? new Map<string, JsonObject>();
    this.tables.set(stream, table);
    for (const [key, record] of batch) {
      this.put(table, record);
      this.left.get(stream)?.delete(key);
    }
    for (const [key, record] of table) if (record._ab_cdc_deleted_at) table.delete(key);
  }

  private overwrite(stream: string, batch: Map<string, JsonObject>): void {
    this.tables.set(stream, batch);
    this.leaveBehind(stream);
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

/** The messages without records that no state of their stream follows. */
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
