import type { JsonValue } from '../protocol/json.ts';
import { mapStrings } from '../protocol/secrets.ts';

/** PostgreSQL cannot store this character in text or JSON: a single one makes the load of a whole batch fail. */
const NUL = '\u0000';
const REPLACEMENT = '\ufffd';
/** NUL as JSON.stringify writes it. A literal \u0000 in a string is a false positive that costs only time. */
const MAYBE_NUL = '\\u0000';

/** Strings without characters that JSON escapes: quote, backslash, control characters, surrogates. */
const PLAIN = /^[ !#-[\]-\ud7ff\ue000-\uffff]*$/;

/** Replaces NUL characters with U+FFFD. */
export function withoutNul(text: string): string {
  return text.replaceAll(NUL, REPLACEMENT);
}

/** A value as JSON without NUL characters at any depth. Faster than JSON.stringify if nothing needs escaping. */
export function toJsonText(value: JsonValue): string {
  if (typeof value === 'string') return PLAIN.test(value) ? `"${value}"` : JSON.stringify(withoutNul(value));
  if (Number.isFinite(value)) return `${value}`;
  const json = JSON.stringify(value);
  return json.includes(MAYBE_NUL) ? JSON.stringify(mapStrings(value, withoutNul)) : json;
}

/** Matches large numbers in JSON. A string with as many digits is a false positive. */
const MAYBE_LARGE = /\d{16}|e\+/;

/** Whether JSON.parse may have rounded a number in `value` because it is beyond 2^53. `json`: the same value as JSON. */
export function mayHaveLostDigits(value: JsonValue, json: string): boolean {
  return MAYBE_LARGE.test(json) && hasLargeNumber(value);
}

function hasLargeNumber(value: JsonValue): boolean {
  if (typeof value === 'number') return Math.abs(value) > Number.MAX_SAFE_INTEGER;
  return typeof value === 'object' && value !== null && Object.values(value).some(hasLargeNumber);
}
