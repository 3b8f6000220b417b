import { isObject, type JsonValue } from '../protocol/json.ts';
import type { Key } from './keys.ts';

/** How far down an ordered list was read, for a later attempt to go on from there. A part of the state. */
export interface ListPosition {
  /** Everything down to the row with this key was read. */
  readonly lastKey: Key;
  /** How many rows from the top that row stood. */
  readonly rowsRead: number;
  /** Whether the server's counts alone prove a part of it. */
  readonly trustedCounts: boolean;
}

/** Undefined for anything that is no position. */
export function parseListPosition(value: JsonValue | undefined): ListPosition | undefined {
  if (!isObject(value)) return undefined;
  const { lastKey, rowsRead, trustedCounts } = value;
  if (typeof lastKey !== 'number' && typeof lastKey !== 'string') return undefined;
  if (typeof rowsRead !== 'number' || !Number.isSafeInteger(rowsRead) || rowsRead < 0) return undefined;
  return { lastKey, rowsRead, trustedCounts: trustedCounts === true };
}
