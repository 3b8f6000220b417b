import { beforeAll, describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import type { JsonObject, JsonValue } from '../../src/cdk/index.ts';
import { type FloatConfig, parseConfig } from '../../src/float/config.ts';
import { readProjectFile } from '../../src/float/project-files.ts';

let form: JsonObject = {};
beforeAll(async () => {
  form = (await readProjectFile<{ connectionSpecification: JsonObject }>('spec.json')).connectionSpecification;
});

const TOKEN = 'flt_secret_0123456789';
const parse = (fields: JsonObject) => parseConfig({ api_token: TOKEN, ...fields }, form);

const DEFAULTS: FloatConfig = {
  apiToken: TOKEN,
  startDate: undefined,
  baseUrl: 'https://api.float.com/v3',
  requestsPerMinute: 200,
  requestsPerSecond: 10,
  concurrency: 4,
  contactEmail: undefined,
};

test('the form is a JSON Schema', () => {
  const ajv = new Ajv({ strict: false });
  expect([ajv.validateSchema(form), ajv.errors]).toEqual([true, null]);
});

test.each<[string, JsonObject, Partial<FloatConfig>]>([
  ['the token alone', {}, {}],
  ['a token with space around it', { api_token: `  ${TOKEN}\n` }, {}],
  ['fields that were cleared', { start_date: '', base_url: null, concurrency: null, contact_email: '' }, {}],
  ['fields that nobody knows', { _limit: 5, start: 'x' }, {}],
  ['a date', { start_date: '2026-02-28' }, { startDate: '2026-02-28T00:00:00Z' }],
  ['29 February of a leap year', { start_date: '2024-02-29T23:59:59Z' }, { startDate: '2024-02-29T23:59:59Z' }],
  ['microseconds', { start_date: '2026-01-01T00:00:00.123456Z' }, { startDate: '2026-01-01T00:00:00.123Z' }],
  ['a server with a path', { base_url: 'https://float.example/a/v3' }, { baseUrl: 'https://float.example/a/v3' }],
  ['slashes at the end', { base_url: 'https://Float.Example/v3//' }, { baseUrl: 'https://float.example/v3' }],
  ['no path', { base_url: 'https://float.example:8443/' }, { baseUrl: 'https://float.example:8443' }],
  ['plain http at home', { base_url: 'http://localhost:8080/v3' }, { baseUrl: 'http://localhost:8080/v3' }],
  ['plain http inside', { base_url: 'http://mock:80/v3' }, { baseUrl: 'http://mock/v3' }],
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
    ['api_token', '   '],
    ['api_token', 12_345_678],
    ['api_token', `${TOKEN} ${TOKEN}`],
    ['api_token', `${TOKEN}\nX-Header: 1`],
    ['start_date', 'yesterday'],
    ['start_date', '2026-02-30'],
    ['start_date', '2026-02-30T00:00:00Z'],
    ['start_date', '2025-02-29T10:00:00.000Z'],
    ['start_date', '2026-13-01'],
    ['start_date', '2026-01-01T25:00:00Z'],
    ['start_date', '2026-01-01T24:00:00Z'],
    ['start_date', '2026-01-01 00:00:00'],
    ['start_date', 20260101],
    ['base_url', 'float.example/v3'],
    ['base_url', 'ftp://float.example'],
    ['base_url', 'https://'],
    ['base_url', `https://user:${TOKEN}@float.example`],
    ['base_url', `https://${TOKEN}@float.example`],
    ['base_url', `https://float.example/v3?token=${TOKEN}`],
    ['base_url', 'https://float.example/v3?'],
    ['base_url', 'https://float.example/v3#'],
    ['base_url', 'http://api.float.com/v3'],
    ['base_url', 'http://localhost.evil.com'],
    ['base_url', ['https://float.example']],
    ['requests_per_minute', 0],
    ['requests_per_minute', '200'],
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

test('all problems come at once', async () => {
  const fields = { api_token: '', start_date: 'x', base_url: 'x', requests_per_minute: 0, concurrency: 99 };
  const error: unknown = await parse(fields).catch((thrown: unknown) => thrown);
  for (const field of Object.keys(fields)) expect(String(error)).toContain(`${field}: `);
});
