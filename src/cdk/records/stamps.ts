import type { JsonObject, JsonValue } from '../protocol/json.ts';
import { isPlainUtc, toUtcTimestamp } from './timestamps.ts';

/** Epoch milliseconds at which a row was last changed. Old rows may lack `modified`; they were not changed since `created`. */
export function stampOf({ modified, created }: JsonObject): number | undefined {
  return timeOf(modified) ?? timeOf(created);
}

/** The latest stamp among rows; -Infinity where none has one. */
export function newestStamp(rows: readonly JsonObject[]): number {
  let newest = Number.NEGATIVE_INFINITY;
  let text = '';
  for (const row of rows) {
    // To read every stamp would take a tenth of a sync; most of them are seen to be older as they are written.
    if (isNoLater(row.modified, text)) continue;
    const stamp = stampOf(row) ?? Number.NEGATIVE_INFINITY;
    if (stamp <= newest) continue;
    newest = stamp;
    text = typeof row.modified === 'string' && timeOf(row.modified) === stamp ? row.modified : '';
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
