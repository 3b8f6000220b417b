const DATE = String.raw`\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])`;
const PLAIN_DATE = new RegExp(`^${DATE}$`);
/** The forms that nearly all instants come in; to rearrange them takes a tenth of the time of Date. */
const PLAIN_UTC = new RegExp(String.raw`^${DATE}[T ](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{3})?Z?$`);
const ZERO = '0'.charCodeAt(0);
const DATE_TIME = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?)(?:\.(\d{1,9}))?)?\s?(Z|[+-]\d{2}(?::?\d{2})?)?$/;

/**
 * An instant as `YYYY-MM-DDThh:mm:ss[.fff]Z`.
 * Takes a date alone (midnight), a space or T before the time, fractions of any length (cut to milliseconds)
 * and any offset; a text without an offset is UTC. `undefined` for anything else.
 */
export function toUtcTimestamp(text: string): string | undefined {
  if (!isInCalendar(text)) return undefined;
  if (isPlainUtc(text)) {
    const end = text.endsWith('Z') ? -1 : undefined;
    return `${text.slice(0, 10)}T${text.slice(11, end)}Z`;
  }
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
  if (utc.length !== 24 || utc.startsWith(YEAR_ZERO)) return undefined;
  return fraction === undefined ? `${utc.slice(0, 19)}Z` : utc;
}

/** The calendar date of a text that may carry a time of day. `undefined` for anything else. */
export function toDate(text: string): string | undefined {
  if (PLAIN_DATE.test(text)) return isInCalendar(text) ? text : undefined;
  const date = text.slice(0, 10);
  return toUtcTimestamp(text === date ? `${date} 00:00:00` : text) === undefined ? undefined : date;
}

/** Whether a text is `YYYY-MM-DD hh:mm:ss[.fff]`, or with T or Z: of one length, such texts sort as their instants do. */
export function isPlainUtc(text: string): boolean {
  return PLAIN_UTC.test(text);
}

/** No calendar of a database has that year: PostgreSQL, BigQuery and Python begin with 1. */
const YEAR_ZERO = '0000';

/** Whether there is such a day: Date.parse takes 30 February for 2 March. */
function isInCalendar(text: string): boolean {
  if (text.startsWith(YEAR_ZERO)) return false;
  const day = 10 * (text.charCodeAt(8) - ZERO) + text.charCodeAt(9) - ZERO;
  return day <= 28 || new Date(text.slice(0, 10)).getUTCDate() === day;
}
