import { type JsonObject, type JsonValue, toUtcTimestamp } from '../cdk/index.ts';

/** Epoch milliseconds at which a row was last changed. Old rows may lack `modified`; they were not changed since `created`. */
export function stampOf({ modified, created }: JsonObject): number | undefined {
  return timeOf(modified) ?? timeOf(created);
}

/** The latest stamp among rows; -Infinity where none has one. */
export function newestStamp(rows: readonly JsonObject[]): number {
  return rows.reduce(
    (newest, row) => Math.max(newest, stampOf(row) ?? Number.NEGATIVE_INFINITY),
    Number.NEGATIVE_INFINITY,
  );
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
