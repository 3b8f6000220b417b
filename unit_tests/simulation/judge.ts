import { endpointOf } from '../../mock-api/endpoints.ts';
import type { Row } from '../../mock-api/rows.ts';
import { isObject, toUtcTimestamp } from '../../src/cdk/index.ts';
import type { JsonObject } from '../../src/cdk/protocol/json.ts';
import type { Destination } from './destination.ts';
import { isCompared, STREAMS, type StreamName } from './streams.ts';
import type { World } from './world.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** How a history ends: nothing changes any more, and syncs without faults run after these waits. */
export const ENDINGS = [
  // Longer than any write stays invisible, and longer than the overlap of two syncs.
  { name: 'after the next sync', waitMs: 10 * MINUTE_MS },
  // A comparison without a result is repeated after an hour.
  { name: 'after a few hours', waitMs: 2 * HOUR_MS },
  { name: 'after seven days', waitMs: 7 * DAY_MS + HOUR_MS },
] as const;

export type Ending = (typeof ENDINGS)[number]['name'];

/** Maximum number of missing rows that one sync requests. */
const SINGLE_ROWS_LIMIT = 100;

/** Without single rows, a comparison removes up to this many rows from a list of any size. */
const REMOVED_WITHOUT_PROOF = 5;

export interface Judged {
  readonly world: World;
  readonly destination: Destination;
  readonly stream: StreamName;
  readonly startDate: string | undefined;
  readonly ending: Ending;
}

export interface Differences {
  /** On the server, but not in the destination. */
  lost: string[];
  /** In another version than on the server. */
  stale: string[];
  /** In the destination, but not on the server. */
  undead: string[];
}

/** How a destination differs from the server, beyond what the documented limits allow at this ending. */
export function differences(judged: Judged): Differences {
  const { world, destination, stream, startDate, ending } = judged;
  const { endpoint } = STREAMS[stream];
  const { hides, key } = endpointOf(endpoint);
  const past = world.edits.past(stream);
  const isHealed = isCompared(stream) && ending === 'after seven days';
  const rows = new Map(
    world.company.rows(endpoint).flatMap((row) => (hides?.(row) ? [] : [[String(row[key]), row] as const])),
  );
  const table = destination.table(stream);
  const wanted = [...rows].filter(([, row]) => startDate === undefined || modifiedOf(row) >= Date.parse(startDate));
  const isHidden = (row: Row): boolean => isCompared(stream) && world.options.server.hidesArchived && row.active === 0;
  const listed = [...rows.values()].filter((row) => !isHidden(row)).length;
  /** Rows that only the next comparison finds. */
  const isLate = (id: string): boolean => !isHealed && (past.unstamped.has(id) || past.restored.has(id));

  /**
   * Hidden rows that a comparison requests one by one. With an empty list, it cannot test whether the server offers single
   * rows.
   */
  const isAskedFor = (id: string): boolean => isHealed && listed > 0 && !destination.leftBehind(stream).has(id);

  const lost = wanted.filter(([id, row]) => !table.has(id) && !isHidden(row) && !isLate(id));
  const stale = wanted.filter(([id, row]) => {
    const record = table.get(id);
    if (record === undefined || isLate(id) || (isHidden(row) && !isAskedFor(id))) return false;
    return JSON.stringify(contentOfRecord(record)) !== JSON.stringify(contentOfRow(row));
  });
  const undead = [...table.keys()].filter((id) => !rows.has(id) && !destination.leftBehind(stream).has(id));
  const names = (found: readonly (readonly [string, Row])[]): string[] => found.map(([id]) => id);
  const isTolerated = isCompared(stream) && undead.length <= undeadTolerated(judged, listed);
  return { lost: names(lost), stale: names(stale), undead: isTolerated ? [] : undead };
}

/** How many deleted rows of a compared stream may still be in the destination. */
function undeadTolerated({ world, stream, ending }: Judged, listed: number): number {
  const { paginationHeaders, server } = world.options;
  const { deletions, restorations, wasEmpty } = world.edits.past(stream);
  const anyNumber = Number.POSITIVE_INFINITY;
  const isProven = server.singleRowsRefusedWith === undefined;
  if (listed === 0 || (!isProven && deletions > REMOVED_WITHOUT_PROOF)) return anyNumber;
  switch (ending) {
    case 'after the next sync':
      return anyNumber;
    case 'after a few hours':
      // A comparison of an empty list may remove nothing, and stores the count of that list.
      if (wasEmpty || world.listsWereEmpty) return anyNumber;
      // Hidden archived rows are not counted, so the count does not change when they are deleted.
      if (paginationHeaders !== 'all' || server.hidesArchived || deletions > SINGLE_ROWS_LIMIT) return anyNumber;
      // Each row that came back with its old stamp may hide one deletion from the count.
      return restorations;
    case 'after seven days':
      return 0;
  }
}

const modifiedOf = (row: Row): number => Date.parse(toUtcTimestamp(String(row.modified)) ?? '1970-01-01');

function contentOfRow({ notes, modified }: Row): unknown {
  return { notes: notes ?? null, modified: toUtcTimestamp(String(modified)) ?? null };
}

/** Time off has no column for notes of that name. */
function contentOfRecord({ notes, modified, additional_fields: additional }: JsonObject): unknown {
  return { notes: notes ?? (isObject(additional) ? additional.notes : undefined) ?? null, modified: modified ?? null };
}
