import type { JsonValue } from '../protocol/json.ts';
import { mapStrings } from '../protocol/secrets.ts';

/** PostgreSQL stores no such character, in texts and in JSON alike: one of them fails the load of a whole batch. */
const NUL = '\u0000';
const REPLACEMENT = '\ufffd';
/** As JSON.stringify writes NUL. The text \u0000 spelt out by somebody is a false alarm that costs only time. */
const MAYBE_NUL = '\\u0000';

/** Texts in which JSON escapes nothing: no quote, backslash or control character, no surrogate. */
const PLAIN = /^[ !#-[\]-\ud7ff\ue000-\uffff]*$/;

/** A text without NUL characters: U+FFFD stands in their places. */
export function withoutNul(text: string): string {
  return text.replaceAll(NUL, REPLACEMENT);
}

/** A value as JSON without NUL characters, at any depth. Faster than JSON.stringify where there is nothing to escape. */
export function toJsonText(value: JsonValue): string {
  if (typeof value === 'string') return PLAIN.test(value) ? `"${value}"` : JSON.stringify(withoutNul(value));
  if (Number.isFinite(value)) return `${value}`;
  const json = JSON.stringify(value);
  return json.includes(MAYBE_NUL) ? JSON.stringify(mapStrings(value, withoutNul)) : json;
}

/** What a large number looks like in JSON.stringify's text; a text with as many digits is a false alarm. */
const MAYBE_LARGE = /\d{16}|e\+/;

/** Whether JSON.parse may have rounded a number in `value`: one beyond 2^53. `json`: the same value as text. */
export function mayHaveLostDigits(value: JsonValue, json: string): boolean {
  return MAYBE_LARGE.test(json) && hasLargeNumber(value);
}

function hasLargeNumber(value: JsonValue): boolean {
  if (typeof value === 'number') return Math.abs(value) > Number.MAX_SAFE_INTEGER;
  return typeof value === 'object' && value !== null && Object.values(value).some(hasLargeNumber);
}
