import type { JsonValue } from '../src/cdk/index.ts';

const PRINTABLE = /^[a-z_]{1,40}$/;

/** A company may have put anything into a name, so that only names like Float's own leave the probe. */
export const printableName = (name: string): string => (PRINTABLE.test(name) ? name : 'unprintable');

export function jsonType(value: JsonValue): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}

/** How many there are, compared with what was to be. */
export const compared = (count: number, expected: number): 'equal' | 'more' | 'fewer' =>
  count === expected ? 'equal' : count > expected ? 'more' : 'fewer';
