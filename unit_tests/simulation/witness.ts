import { keyOf } from '../../mock-api/company.ts';
import type { AirbyteMessage } from '../../src/cdk/index.ts';
import { isCompared, STREAM_NAMES, STREAMS, type StreamName } from './streams.ts';
import type { Observer, World } from './world.ts';

/** Watches one sync, and lists the tombstones that the sync should not have emitted. */
export class Witness implements Observer {
  private readonly world: World;
  private readonly streams: readonly StreamName[];
  /** Rows that the API had at every moment of the sync so far. */
  private readonly steady = new Map<StreamName, Set<string>>();
  /** Rows that answered 404 to a request of their own. */
  private readonly gone = new Map<StreamName, Set<string>>(STREAM_NAMES.map((stream) => [stream, new Set()]));
  private revision = Number.NaN;

  constructor(world: World, streams: readonly StreamName[]) {
    this.world = world;
    this.streams = streams;
    this.asked();
  }

  asked(): void {
    const { company } = this.world;
    if (company.isSettled() && company.revision === this.revision) return;
    this.revision = company.isSettled() ? company.revision : Number.NaN;
    for (const stream of this.streams) {
      const { endpoint } = STREAMS[stream];
      const present = company.visible(endpoint).map((row) => String(keyOf(endpoint, row)));
      const steady = this.steady.get(stream);
      this.steady.set(stream, new Set(present.filter((key) => steady?.has(key) ?? true)));
    }
  }

  answeredAlone(stream: StreamName, key: string, status: number): void {
    if (status === 404) this.gone.get(stream)?.add(key);
  }

  falseTombstones(messages: readonly AirbyteMessage[]): string[] {
    this.asked();
    const isOffered = this.world.options.server.singleRowsRefusedWith === undefined;
    return messages.flatMap((message) => {
      if (message.type !== 'RECORD' || !message.record.data._ab_cdc_deleted_at) return [];
      const stream = message.record.stream as StreamName;
      const key = String(message.record.data.id);
      if (this.steady.get(stream)?.has(key)) return [`${stream} ${key} lived throughout the sync`];
      const isUnproven = isOffered && isCompared(stream) && !this.gone.get(stream)?.has(key);
      return isUnproven ? [`${stream} ${key} did not answer 404`] : [];
    });
  }
}
