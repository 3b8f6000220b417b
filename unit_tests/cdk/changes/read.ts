import type { ChangeReader } from '../../../src/cdk/changes/change-reader.ts';
import { readChanges } from '../../../src/cdk/changes/changes.ts';
import type { JsonObject } from '../../../src/cdk/index.ts';
import type { Part } from '../../../src/cdk/lists/page-walk.ts';
import { newestStamp } from '../../../src/cdk/records/stamps.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
export const NOW = Date.parse('2026-03-18T10:30:00Z');
export const iso = (time: number): string => new Date(time).toISOString();

type Event = { rows: JsonObject[] } | { state: JsonObject };
type Stream = Pick<ChangeReader, 'name' | 'nativeKey' | 'walk' | 'deleteLog' | 'keys'>;
export type Selection = Partial<Parameters<typeof readChanges>[2]>;

/** A page with these rows at this time. */
export function partOf(rows: JsonObject[], now: number, more: Partial<Part> = {}): Part {
  return {
    rows,
    newest: newestStamp(rows),
    clocks: { earlier: now, later: now },
    totalCount: undefined,
    agreedTotal: undefined,
    position: undefined,
    mayMissRows: false,
    ...more,
  };
}

/** Reads the changes of a stream once. Returns the events and the log lines. */
export async function readOnce(
  stream: Stream,
  { now = NOW, stored, selection }: { now?: number; stored: JsonObject | undefined; selection?: Selection },
) {
  const logged: string[] = [];
  const reader: ChangeReader = {
    ...stream,
    keyOf: ({ [stream.nativeKey]: key }) => (typeof key === 'number' ? key : undefined),
    log: (level, sentence) => logged.push(`${level} ${sentence}`),
    now: () => now,
    askClocks: async () => ({ earlier: now, later: now }),
    noteClocks: () => undefined,
  };
  const events: Event[] = [];
  for await (const event of readChanges(reader, stored, { startDate: undefined, ...selection })) {
    if ('rows' in event || 'state' in event) events.push(event);
  }
  const states = events.flatMap((event) => ('state' in event ? [event.state] : []));
  const rows = events.flatMap((event) => ('rows' in event ? event.rows : []));
  const tombstones = rows.filter((row) => '_ab_cdc_deleted_at' in row);
  return { events, states, rows, tombstones, removed: tombstones.map(({ id }) => id), last: states.at(-1), logged };
}
