import type { JsonValue } from '../src/cdk/index.ts';

const PRINTABLE = /^[a-z_]{1,40}$/;

/** Custom field names may contain private data, so only names that look like Float's are printed. */
export const printableName = (name: string): string => (PRINTABLE.test(name) ? name : 'unprintable');

export function jsonType(value: JsonValue): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}

/** Compares two numbers. The result does not contain them, because the report must not print them. */
export const compared = (count: number, expected: number): 'equal' | 'more' | 'fewer' =>
  count === expected ? 'equal' : count > expected ? 'more' : 'fewer';
