import type { Part } from '../lists/page-walk.ts';
import type { JsonObject } from '../protocol/json.ts';
import type { StreamEvent } from '../protocol/source.ts';
import type { ChangeReader } from './change-reader.ts';
import { formatFullRefresh, parseFullRefresh } from './change-state.ts';
import { toTimestamp } from './instants.ts';

/** Pages between two states of a read. If the read is killed, the next attempt repeats at most this many pages. */
export const PAGES_PER_CHECKPOINT = 5;

/**
 * A full refresh of a list with a cursor. After an interruption, the next attempt continues from its last state. A complete
 * refresh needs no state.
 */
export async function* readWhole(reader: ChangeReader, stored: JsonObject | undefined): AsyncGenerator<StreamEvent> {
  const interrupted = parseFullRefresh(stored);
  const resume = interrupted && { ...interrupted, startedAt: Date.parse(interrupted.startedAt) };
  let startedAt = resume?.startedAt;
  let pages = 0;
  for await (const part of reader.walk(undefined, resume)) {
    const { rows, clocks, position } = part;
    startedAt ??= clocks.earlier;
    if (pages === 0) yield* estimate(part);
    pages += 1;
    yield { rows };
    if (position !== undefined && pages % PAGES_PER_CHECKPOINT === 0) {
      yield { state: formatFullRefresh({ startedAt: toTimestamp(startedAt), position }) };
    }
  }
}

/** A full refresh of a list without a cursor. After an interruption, it starts over. */
export async function* readList({ walk }: ChangeReader): AsyncGenerator<StreamEvent> {
  let isFirst = true;
  for await (const part of walk(undefined, undefined)) {
    if (isFirst) yield* estimate(part);
    isFirst = false;
    yield { rows: part.rows };
  }
}

/** An estimate of the number of rows, if the first part does not contain all of them. */
export function* estimate({ totalCount, rows }: Part): Generator<StreamEvent> {
  if (totalCount !== undefined && totalCount > rows.length) yield { estimate: totalCount };
}
