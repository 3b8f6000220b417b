/**
 * The date formats that RFC 9110 (section 5.6.7) requires a client to accept, and ISO 8601 with a zone, which some APIs send.
 * JavaScript's own parser accepts far more: it reads `-1` as a day in 2001.
 */
const FORMS = [
  // Sun, 06 Nov 1994 08:49:37 GMT
  /^[a-z]{3}, \d{1,2} [a-z]{3} \d{4} \d\d:\d\d:\d\d (GMT|UTC|[+-]\d{4})$/i,
  // Sunday, 06-Nov-94 08:49:37 GMT
  /^[a-z]{6,9}, \d\d-[a-z]{3}-\d\d \d\d:\d\d:\d\d GMT$/i,
  /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/i,
];

/** Sun Nov  6 08:49:37 1994. This format has no zone; the time is in GMT. */
const ASCTIME = /^[a-z]{3} [a-z]{3} [ \d]\d \d\d:\d\d:\d\d \d{4}$/i;

/** Epoch milliseconds. Undefined if the header is missing or is not a date. */
export function httpDateMs(header: string | null): number | undefined {
  const text = header?.trim() ?? '';
  const withZone = ASCTIME.test(text) ? `${text} GMT` : text;
  if (withZone === text && !FORMS.some((form) => form.test(text))) return undefined;
  const dateMs = Date.parse(withZone);
  return Number.isNaN(dateMs) ? undefined : dateMs;
}
