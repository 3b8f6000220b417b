/** Epoch milliseconds of a timestamp. */
export function toTime(timestamp: string | undefined): number | undefined {
  return timestamp === undefined ? undefined : Date.parse(timestamp);
}

export function toTimestamp(time: number): string {
  return new Date(time).toISOString();
}

/** Undefined for -Infinity, which means "no instant yet". */
export function toTimestampOrNone(time: number): string | undefined {
  return time === Number.NEGATIVE_INFINITY ? undefined : toTimestamp(time);
}

export function laterOf(timestamp: string | undefined, time: number): string | undefined {
  const known = toTime(timestamp) ?? Number.NEGATIVE_INFINITY;
  return time > known ? toTimestamp(time) : timestamp;
}

/** The earlier of two instants. `since` undefined means all rows, which is earlier than any instant. */
export function earlierOf(since: string | undefined, time: number | undefined): string | undefined {
  if (since === undefined || time === undefined) return since;
  return time < Date.parse(since) ? toTimestamp(time) : since;
}
