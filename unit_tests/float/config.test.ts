import { beforeAll, describe, expect, test } from '@jest/globals';
import type { JsonObject, JsonValue } from '../../src/cdk/index.ts';
import { type FloatConfig, parseConfig } from '../../src/float/config.ts';
import { readProjectFile } from '../../src/float/project-files.ts';

let form: JsonObject = {};
beforeAll(async () => {
  form = (await readProjectFile<{ connectionSpecification: JsonObject }>('spec.json')).connectionSpecification;
});

const TOKEN = 'flt_secret_0123456789';
/** Noon of a leap day. */
const NOW = Date.parse('2028-02-29T12:00:00Z');
const parse = (fields: JsonObject) => parseConfig({ api_token: TOKEN, ...fields }, form, NOW);

const DEFAULTS: FloatConfig = {
  apiToken: TOKEN,
  startDate: undefined,
  baseUrl: 'https://api.float.com/v3',
  requestsPerMinute: 200,
  requestsPerSecond: 10,
  concurrency: 4,
  contactEmail: undefined,
};

test.each<[string, JsonObject, Partial<FloatConfig>]>([
  ['the token alone', {}, {}],
  ['a token with spaces around it', { api_token: `  ${TOKEN}\n` }, {}],
  ['fields that were cleared', { start_date: '', base_url: null, concurrency: null, contact_email: '' }, {}],
  ['unknown fields', { _limit: 5, start: 'x' }, {}],
  ['a date', { start_date: '2026-02-28' }, { startDate: '2026-02-28T00:00:00Z' }],
  ['29 February of a leap year', { start_date: '2024-02-29T23:59:59Z' }, { startDate: '2024-02-29T23:59:59Z' }],
  ['microseconds', { start_date: '2026-01-01T00:00:00.123456Z' }, { startDate: '2026-01-01T00:00:00.123Z' }],
  ['a day ahead, to the second', { start_date: '2028-03-01T12:00:00Z' }, { startDate: '2028-03-01T12:00:00Z' }],
  ['tomorrow', { start_date: '2028-03-01' }, { startDate: '2028-03-01T00:00:00Z' }],
  ['a server with a path', { base_url: 'https://float.example/a/v3' }, { baseUrl: 'https://float.example/a/v3' }],
  ['slashes at the end', { base_url: 'https://Float.Example/v3//' }, { baseUrl: 'https://float.example/v3' }],
  ['no path', { base_url: 'https://float.example:8443/' }, { baseUrl: 'https://float.example:8443' }],
  ['plain http to this computer', { base_url: 'http://localhost:8080/v3' }, { baseUrl: 'http://localhost:8080/v3' }],
  ['plain http in a private network', { base_url: 'http://mock:80/v3' }, { baseUrl: 'http://mock/v3' }],
  [
    'everything',
    { requests_per_minute: 1, requests_per_second: 1, concurrency: 16, contact_email: 'me@example.com' },
    { requestsPerMinute: 1, requestsPerSecond: 1, concurrency: 16, contactEmail: 'me@example.com' },
  ],
])('%s', async (_, fields, expected) => {
  expect(await parse(fields)).toEqual({ ...DEFAULTS, ...expected });
});

describe('a problem is named by its field, and the value is not quoted', () => {
  test.each<[string, JsonValue]>([
    ['api_token', null],
    ['api_token', ''],
    ['api_token', 12_345_678],
    ['api_token', `${TOKEN} ${TOKEN}`],
    ['api_token', `${TOKEN}\nX-Header: 1`],
    ['start_date', 20260101],
    ['base_url', 'float.example/v3'],
    ['base_url', 'ftp://float.example'],
    ['base_url', `https://${TOKEN}@float.example`],
    ['base_url', `https://float.example/v3?token=${TOKEN}`],
    ['base_url', 'https://float.example/v3?'],
    ['base_url', 'https://float.example/v3#'],
    ['base_url', 'http://api.float.com/v3'],
    ['base_url', 'http://localhost.evil.com'],
    ['base_url', ['https://float.example']],
    ['requests_per_minute', 0],
    ['requests_per_second', 1.5],
    ['concurrency', 17],
    ['contact_email', 'nobody'],
    ['contact_email', 'a@example.com\r\nX-Header: 1'],
  ])('%s: %j', async (field, value) => {
    const error: unknown = await parse({ [field]: value }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ failureType: 'config_error', message: expect.stringContaining(`${field}: `) });
    expect(String(error)).not.toContain(TOKEN);
    expect(new Set(String(error).match(/\b[a-z_]+: /g))).toEqual(new Set([`${field}: `]));
  });
});

const FORM = 'must be YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ.';
const CALENDAR = 'is not a date that exists in the calendar.';
const TIME = 'must have a time of day from 00:00:00 to 23:59:59.';
const FUTURE = 'is more than a day in the future. Use an earlier date, or leave the field empty.';

test.each([
  ['yesterday', FORM],
  ['2026-01-01T00:00:00+00:00', FORM],
  [' 2026-01-01', FORM],
  ['2026-01-01T00:00:00Z\n', FORM],
  ['2026-01-01 00:00:00', FORM],
  ['2026-01-01T00:00:00.1234567Z', FORM],
  ['2026-02-30', CALENDAR],
  ['2025-02-29T10:00:00.000Z', CALENDAR],
  ['2026-00-10T99:00:00Z', CALENDAR],
  ['0000-00-00', CALENDAR],
  ['2026-01-01T24:00:00Z', TIME],
  ['2026-06-30T23:59:60Z', TIME],
  ['2028-03-01T12:00:01Z', FUTURE],
  ['2028-03-02', FUTURE],
])('the start_date %j is refused with one sentence: %s', async (start_date, sentence) => {
  const message = `The config is not valid. start_date: ${sentence}`;
  await expect(parse({ start_date })).rejects.toMatchObject({ failureType: 'config_error', message });
});
