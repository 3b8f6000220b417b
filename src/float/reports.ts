import { isDeepStrictEqual } from 'node:util';
import type { Endpoint, HttpClient } from '../cdk/http/client.ts';
import { statusOf } from '../cdk/http/failure.ts';
import { ConnectorError, type JsonObject, type JsonValue, type SourceContext, type StreamEvent } from '../cdk/index.ts';
import { counted } from '../cdk/protocol/counted.ts';
import { type KeyDefinition, keyReader, UnusableKey } from '../cdk/records/keys.ts';
import { FIRST_YEAR } from './first-year.ts';
import { rowsOf } from './lists.ts';
import type { MonthsLeft } from './months-left.ts';

const MONTHS_BACK = 12;
const MONTHS_AHEAD = 3;

/** After this many failed months in a row, the remaining months are not tried. A failed month can take five minutes. */
const MOST_IN_A_ROW = 3;

/** A calendar month: its first and last day (`YYYY-MM-DD`). Parameters of the request, and fields added to each row. */
export type Month = Readonly<Record<'start_date' | 'end_date', string>>;

/**
 * The months from that of `startDate` (default: twelve months ago) to three months ahead, in UTC. None is before Float's first
 * year: a start date of 1900 would cost 1,344 requests for empty months.
 */
export function monthsToRead(startDate: string | undefined, now: Date): Month[] {
  const requested = startDate === undefined ? monthNumber(now) - MONTHS_BACK : monthNumber(new Date(startDate));
  const first = Math.max(requested, FIRST_YEAR * 12);
  const count = Math.max(0, monthNumber(now) + MONTHS_AHEAD + 1 - first);
  return Array.from({ length: count }, (_, n) => ({
    start_date: toDay(first + n, 1),
    // Day 0 of the next month is the last day of this one.
    end_date: toDay(first + n + 1, 0),
  }));
}

/** Months since January of the year 0. */
function monthNumber(date: Date): number {
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

function toDay(month: number, day: number): string {
  return new Date(Date.UTC(Math.floor(month / 12), month % 12, day)).toISOString().slice(0, 10);
}

export interface Report extends Endpoint, KeyDefinition {
  readonly rowsIn: string;
}

/** Reads a report. While the report is read, its months count in `monthsLeft`. The remaining time is estimated from that. */
export async function* readReport(
  report: Report,
  client: HttpClient,
  startDate: string | undefined,
  monthsLeft: MonthsLeft,
  context: SourceContext,
): AsyncGenerator<StreamEvent> {
  try {
    yield* readMonths(report, client, startDate, monthsLeft, context);
  } finally {
    monthsLeft.set(report.name, 0);
  }
}

/**
 * Reads a report with one request a month: reports have no pages, and their rows contain no dates.
 * If a month fails, the others are still read. At the end the stream fails with the names of the failed months.
 */
async function* readMonths(
  report: Report,
  client: HttpClient,
  startDate: string | undefined,
  monthsLeft: MonthsLeft,
  { clock, log }: SourceContext,
): AsyncGenerator<StreamEvent> {
  const months = monthsToRead(startDate, new Date(clock.now()));
  const failures: { readonly month: string; readonly error: ConnectorError }[] = [];
  const keyOf = keyReader(report);
  let inARow = 0;
  let tried = 0;
  for (const month of months) {
    if (inARow === MOST_IN_A_ROW) break;
    monthsLeft.set(report.name, months.length - tried);
    tried += 1;
    const step = { unit: 'month', number: tried, of: months.length };
    const leftMs = client.waitMs(report, monthsLeft.requestsUntilDone(report.name));
    yield { step: { ...step, waitMs: client.waitMs(report, 1), leftMs } };
    const name = month.start_date.slice(0, 7);
    const read = await readMonth(report, client, month, keyOf).catch(failureOfMonth);
    // Most failed months cost five minutes of retries each, so three in a row end the report. A month whose rows have an invalid
    // primary key sets the count back to 0, as a successful month does, because the server answered.
    inARow = read instanceof ConnectorError && !(read instanceof UnusableKey) ? inARow + 1 : 0;
    if (read instanceof ConnectorError) {
      failures.push({ month: name, error: read });
      log('WARN', `${report.name}: the month ${name} could not be read. ${read.message}`);
      continue;
    }
    const { rows, differing } = read;
    if (differing > 0) {
      log(
        'WARN',
        `${report.name}: in the month ${name}, ${counted(differing, 'row')} came with the same primary key as an earlier row of this month, but with other values. Only the first row of each key is kept.`,
      );
    }
    yield { rows, added: { ...month } };
  }
  const [first] = failures;
  if (first === undefined) return;
  const { failureType, message, internalMessage } = first.error;
  const names = failures.map(({ month }) => month).join(', ');
  const rest = tried < months.length ? 'Later months were not tried' : 'The other months were read';
  throw new ConnectorError(
    failureType,
    `${report.name}: ${failures.length} of ${months.length} months could not be read: ${names}. ${rest}. ${message}`,
    { internalMessage, cause: first.error },
  );
}

/**
 * Returns the failure of one month. Throws a failure that the other months would have too, because its cause is the token, the
 * config or the quota.
 */
function failureOfMonth(error: unknown): ConnectorError {
  const status = statusOf(error);
  if (!(error instanceof ConnectorError) || error.failureType === 'config_error' || status === 429) throw error;
  return error;
}

interface MonthRows {
  readonly rows: JsonObject[];
  /** Rows left out because an earlier row has the same key, but other values. */
  readonly differing: number;
}

/**
 * The rows of a month; of rows with the same primary key only the first. Throws before any row is emitted if a row has no valid
 * primary key, so a month is emitted completely or not at all.
 */
async function readMonth(
  report: Report,
  client: HttpClient,
  month: Month,
  keyOf: (row: JsonObject) => JsonValue,
): Promise<MonthRows> {
  const byKey = new Map<JsonValue, JsonObject>();
  let differing = 0;
  for (const row of rowsOf(await client.get(report, month), report.name, report.rowsIn)) {
    if (typeof row.co_hours === 'string') row.co_hours = fromJsonText(row.co_hours);
    const key = keyOf(row);
    const earlier = byKey.get(key);
    if (earlier === undefined) byKey.set(key, row);
    else if (!isDeepStrictEqual(earlier, row)) differing += 1;
  }
  return { rows: [...byKey.values()], differing };
}

/** Float sends `co_hours` as a string that contains a JSON array (observed in 2023). Any other string is returned unchanged. */
function fromJsonText(text: string): JsonValue {
  try {
    const value: JsonValue = JSON.parse(text);
    return Array.isArray(value) ? value : text;
  } catch {
    return text;
  }
}
