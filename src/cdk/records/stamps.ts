import type { JsonObject, JsonValue } from '../protocol/json.ts';
import { isPlainUtc, toUtcTimestamp } from './timestamps.ts';

/** Names of the fields that say when a row was last changed. Of each row the first field that holds a time counts. */
export type StampFields = readonly [string, ...string[]];

/** Old rows may lack `modified`; they were not changed since `created`. */
export const DEFAULT_STAMP_FIELDS: StampFields = ['modified', 'created'];

/** Epoch milliseconds at which a row was last changed. */
export function stampOf(row: JsonObject, fields = DEFAULT_STAMP_FIELDS): number | undefined {
  for (const field of fields) {
    const time = timeOf(row[field]);
    if (time !== undefined) return time;
  }
  return undefined;
}

/** The latest stamp among rows; -Infinity where none has one. */
export function newestStamp(rows: readonly JsonObject[], fields = DEFAULT_STAMP_FIELDS): number {
  const [main] = fields;
  let newest = Number.NEGATIVE_INFINITY;
  let text = '';
  for (const row of rows) {
    // To read every stamp would take a tenth of a sync; most of them are seen to be older as they are written.
    const value = row[main];
    if (isNoLater(value, text)) continue;
    const stamp = stampOf(row, fields) ?? Number.NEGATIVE_INFINITY;
    if (stamp <= newest) continue;
    newest = stamp;
    text = typeof value === 'string' && timeOf(value) === stamp ? value : '';
  }
  return newest;
}

function isNoLater(value: JsonValue | undefined, text: string): boolean {
  if (typeof value !== 'string' || value > text || value.length !== text.length || value[10] !== text[10]) return false;
  return isPlainUtc(value) && isPlainUtc(text);
}

function timeOf(value: JsonValue | undefined): number | undefined {
  const timestamp = typeof value === 'string' ? toUtcTimestamp(value) : undefined;
  return timestamp === undefined ? undefined : Date.parse(timestamp);
}

/**
 * Milliseconds. Rows become visible some time after the moment they are stamped with: transactions commit late, replicas
 * and response caches lag. Two minutes are taken to be enough for all of them.
 */
export const VISIBLE_AFTER = 2 * 60_000;
