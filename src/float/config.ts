import type { ErrorObject } from 'ajv';
import { reachOf } from '../cdk/http/private-hosts.ts';
import { configError, type JsonObject, toUtcTimestamp } from '../cdk/index.ts';

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

/** The config as its form describes it, defaults filled in. */
interface RawConfig {
  api_token: string;
  start_date?: string;
  base_url: string;
  requests_per_minute: number;
  requests_per_second: number;
  concurrency: number;
  contact_email?: string;
}

/** Throws one config_error that lists every problem, each by its field. Problems never quote a value: it may be the token. */
export async function parseConfig(raw: JsonObject, connectionSpecification: JsonObject): Promise<FloatConfig> {
  // A form sends a field that was cleared as an empty text or null.
  const given = Object.fromEntries(Object.entries(raw).filter(([, value]) => value !== null && value !== ''));
  const problems = await schemaProblems(given, connectionSpecification);
  problems.push(...startDateProblems(given.start_date), ...baseUrlProblems(given.base_url));
  if (problems.length > 0) throw configError(`The config is not valid. ${problems.join(' ')}`);

  const config = given as unknown as RawConfig;
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

/** Fills defaults into `config` and returns what the form's JSON Schema finds wrong. */
async function schemaProblems(config: JsonObject, schema: JsonObject): Promise<string[]> {
  const [{ Ajv }, { default: addFormats }] = await Promise.all([import('ajv'), import('ajv-formats')]);
  // Not validated itself: that takes half of ajv's time, and a test does it.
  const ajv = new Ajv({ allErrors: true, useDefaults: true, validateSchema: false });
  // Words of Airbyte's forms; ajv refuses words that it does not know.
  ajv.addVocabulary(['airbyte_secret', 'always_show', 'group', 'groups', 'order', 'pattern_descriptor']);
  addFormats.default(ajv, ['email']);
  const validate = ajv.compile(schema);
  return validate(config) ? [] : (validate.errors ?? []).map((error) => describe(error, schema));
}

function describe(error: ErrorObject, schema: JsonObject): string {
  if (error.keyword === 'required') return `${error.params.missingProperty}: is required.`;
  const field = error.instancePath.slice(1);
  const properties = schema.properties as Record<string, { pattern_descriptor?: string }>;
  const form = properties[field]?.pattern_descriptor;
  if (error.keyword === 'pattern' && form !== undefined) return `${field}: must be ${form}.`;
  return `${field}: ${error.message}.`;
}

function startDateProblems(value: unknown): string[] {
  if (typeof value !== 'string') return [];
  const timestamp = toUtcTimestamp(value);
  const exists = timestamp !== undefined && value.startsWith(timestamp.slice(0, 10));
  return exists ? [] : ['start_date: is not a date of the calendar.'];
}

function baseUrlProblems(value: unknown): string[] {
  if (typeof value !== 'string') return [];
  if (!URL.canParse(value)) return ['base_url: is not a URL.'];
  const url = new URL(value);
  const problems: string[] = [];
  if (url.protocol === 'http:' && reachOf(url.hostname) === 'public') {
    problems.push('base_url: must begin with https://, because the token would travel readable over a public network.');
  }
  if (url.username !== '' || url.password !== '') problems.push('base_url: must not hold a user name or password.');
  if (value.includes('?') || value.includes('#')) problems.push('base_url: must not hold a query or fragment.');
  return problems;
}
