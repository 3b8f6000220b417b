import { type ListPosition, parseListPosition } from '../lists/position.ts';
import { isObject, type JsonObject, type JsonValue } from '../protocol/json.ts';
import { toUtcTimestamp } from '../records/timestamps.ts';

/** State of a stream that is read by its changes. Instants are `YYYY-MM-DDThh:mm:ss[.fff]Z`, by the server's clock. */
export interface ChangeState {
  /** The cursor: every change before it was delivered. Absent until a first read is complete. */
  readonly modified?: string | undefined;
  /** Every deletion before it was delivered. Absent where deletions are not followed. */
  readonly deletions?: string | undefined;
  /** A read that has begun and is not complete. */
  readonly reading?: Reading | undefined;
}

export interface Reading {
  /** The server's time when the read began, in its first attempt. */
  readonly began: string;
  /** What the rows were asked for with; a read with another one does not continue this one. */
  readonly since?: string | undefined;
  /** The newest row delivered so far. */
  readonly newest?: string | undefined;
  /** How far down the list rows were delivered. */
  readonly mark?: ListPosition | undefined;
}

/** Undefined for a state of a form that no version of this connector writes. */
export function parseChangeState(state: JsonObject): ChangeState | undefined {
  const parsed = {
    modified: timestamp(state.modified),
    deletions: timestamp(state.deletions),
    reading: parseReading(state.reading),
  };
  const isWhole = Object.entries(parsed).every(([name, value]) => value !== undefined || isAbsent(state[name]));
  const isAny = Object.values(parsed).some((value) => value !== undefined);
  return isWhole && isAny ? parsed : undefined;
}

function parseReading(value: JsonValue | undefined): Reading | undefined {
  if (!isObject(value)) return undefined;
  const began = timestamp(value.began);
  const mark = parseListPosition(value.mark);
  if (began === undefined || (mark === undefined && !isAbsent(value.mark))) return undefined;
  return { began, since: timestamp(value.since), newest: timestamp(value.newest), mark };
}

function timestamp(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' ? toUtcTimestamp(value) : undefined;
}

function isAbsent(value: JsonValue | undefined): boolean {
  return value === undefined || value === null;
}

/** Without the members that are undefined. */
export function formatChangeState(state: ChangeState): JsonObject {
  return JSON.parse(JSON.stringify(state));
}
