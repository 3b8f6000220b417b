import { isObject, type JsonValue } from '../protocol/json.ts';
import type { Key } from './keys.ts';

/** How far an ordered list was read, so that a later attempt can continue from there. Part of the state. */
export interface ListPosition {
  /** Everything down to the row with this key was read. */
  readonly lastKey: Key;
  /** Number of rows from the top down to that row. */
  readonly rowsRead: number;
  /** Whether for a part of the list only the server's counts prove that no row was skipped. */
  readonly trustedCounts: boolean;
}

/** Where an interrupted walk of the same list stopped, and when it began (epoch milliseconds, by the earlier clock). */
export interface Resume {
  readonly position: ListPosition;
  readonly startedAt: number;
}

/** Undefined for anything that is not a position. */
export function parseListPosition(value: JsonValue | undefined): ListPosition | undefined {
  if (!isObject(value)) return undefined;
  const { lastKey, rowsRead, trustedCounts } = value;
  if (typeof lastKey !== 'number' && typeof lastKey !== 'string') return undefined;
  if (typeof rowsRead !== 'number' || !Number.isSafeInteger(rowsRead) || rowsRead < 0) return undefined;
  return { lastKey, rowsRead, trustedCounts: trustedCounts === true };
}
