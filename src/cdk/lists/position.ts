import { isObject, type JsonValue } from '../protocol/json.ts';
import type { Mark } from './orderly-reading.ts';

/** How far down an ordered list was read, for a later attempt to go on from there. A part of the state. */
export type ListPosition = Mark;

/** Undefined for anything that is no position. */
export function parseListPosition(value: JsonValue | undefined): ListPosition | undefined {
  if (!isObject(value)) return undefined;
  const { below, at, counted } = value;
  if (typeof below !== 'number' && typeof below !== 'string') return undefined;
  if (typeof at !== 'number' || !Number.isSafeInteger(at) || at < 0) return undefined;
  return { below, at, counted: counted === true };
}
