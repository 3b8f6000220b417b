/** The forms that nearly all instants come in; to rearrange them takes a tenth of the time of Date. */
const PLAIN_UTC =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])[T ](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{3})?Z?$/;
const DATE_TIME = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?)(?:\.(\d{1,9}))?)?\s?(Z|[+-]\d{2}(?::?\d{2})?)?$/;

/**
 * An instant as `YYYY-MM-DDThh:mm:ss[.fff]Z`.
 * Takes a date alone (midnight), a space or T before the time, fractions of any length (cut to milliseconds)
 * and any offset; a text without an offset is UTC. `undefined` for anything else.
 */
export function toUtcTimestamp(text: string): string | undefined {
  if (!isInCalendar(text.slice(0, 10))) return undefined;
  if (PLAIN_UTC.test(text)) return `${text.slice(0, 10)}T${text.slice(11).replace('Z', '')}Z`;
  const match = DATE_TIME.exec(text);
  if (!match) return undefined;
  const [, date, time = '00:00:00', fraction, zone = 'Z'] = match;
  const seconds = time.length === 5 ? `${time}:00` : time;
  const milliseconds = fraction === undefined ? '' : `.${fraction.slice(0, 3).padEnd(3, '0')}`;
  const offset = zone.length === 3 ? `${zone}:00` : zone;
  const instant = Date.parse(`${date}T${seconds}${milliseconds}${offset}`);
  if (Number.isNaN(instant)) return undefined;
  const utc = new Date(instant).toISOString();
  // Across the zones it may have left the years of four digits.
  if (utc.length !== 24) return undefined;
  return fraction === undefined ? `${utc.slice(0, 19)}Z` : utc;
}

/** The calendar date of a text that may carry a time of day. `undefined` for anything else. */
export function toDate(text: string): string | undefined {
  const date = text.slice(0, 10);
  return toUtcTimestamp(text === date ? `${date} 00:00:00` : text) === undefined ? undefined : date;
}

/** Date.parse takes 30 February for 2 March. */
function isInCalendar(date: string): boolean {
  const day = Number(date.slice(8));
  return day <= 28 || new Date(date).getUTCDate() === day;
}
