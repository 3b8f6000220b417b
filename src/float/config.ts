import { baseUrlProblems, type JsonObject, requireValidConfig, toUtcTimestamp } from '../cdk/index.ts';

export interface FloatConfig {
  readonly apiToken: string;
  /** `YYYY-MM-DDThh:mm:ss[.fff]Z` */
  readonly startDate: string | undefined;
  /** Without a trailing slash. */
  readonly baseUrl: string;
  readonly requestsPerMinute: number;
  readonly requestsPerSecond: number;
  readonly concurrency: number;
  readonly contactEmail: string | undefined;
}

/** The config as spec.json describes it, with defaults. */
interface RawConfig {
  api_token: string;
  start_date?: string;
  base_url: string;
  requests_per_minute: number;
  requests_per_second: number;
  concurrency: number;
  contact_email?: string;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** Throws one config_error that lists every problem with its field. `now`: epoch milliseconds. */
export async function parseConfig(
  raw: JsonObject,
  connectionSpecification: JsonObject,
  now: number,
): Promise<FloatConfig> {
  const config = await requireValidConfig<RawConfig>(raw, connectionSpecification, {
    start_date: (value) => startDateProblems(value, now),
    base_url: baseUrlProblems,
  });
  return {
    apiToken: config.api_token.trim(),
    startDate: config.start_date === undefined ? undefined : toUtcTimestamp(config.start_date),
    baseUrl: new URL(config.base_url).href.replace(/\/+$/, ''),
    requestsPerMinute: config.requests_per_minute,
    requestsPerSecond: config.requests_per_second,
    concurrency: config.concurrency,
    contactEmail: config.contact_email,
  };
}

function startDateProblems(value: string, now: number): string[] {
  const date = value.slice(0, 10);
  if (toUtcTimestamp(date) === undefined) return ['is not a date that exists in the calendar.'];
  const timestamp = toUtcTimestamp(value);
  // 24:00:00 is the next day.
  if (timestamp === undefined || !timestamp.startsWith(date)) {
    return ['must have a time of day from 00:00:00 to 23:59:59.'];
  }
  const isFuture = Date.parse(timestamp) > now + DAY_MS;
  return isFuture ? ['is more than a day in the future. Use an earlier date, or leave the field empty.'] : [];
}
