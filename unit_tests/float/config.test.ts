import { beforeAll, describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import type { JsonObject, JsonValue } from '../../src/cdk/index.ts';
import { type FloatConfig, parseConfig } from '../../src/float/config.ts';
import { readProjectFile } from '../../src/float/project-files.ts';
import { seedOf } from '../support/random.ts';

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
  ['a day ahead, to the second', { start_date: '2028-03-01T12:00:00Z' }, { startDate: '2028-03-01T12:00:00Z' }],
  ['tomorrow', { start_date: '2028-03-01' }, { startDate: '2028-03-01T00:00:00Z' }],
  ['a year before Float', { start_date: '1900-01-01' }, { startDate: '1900-01-01T00:00:00Z' }],
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

test('all problems are reported at once', async () => {
  const fields = { api_token: '', start_date: 'x', base_url: 'x', requests_per_minute: 0, concurrency: 99 };
  const error: unknown = await parse(fields).catch((thrown: unknown) => thrown);
  for (const field of Object.keys(fields)) expect(String(error)).toContain(`${field}: `);
});

describe('start_date', () => {
  const FORM = 'start_date: must be YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ.';
  const CALENDAR = 'start_date: is not a date that exists in the calendar.';
  const TIME = 'start_date: must have a time of day from 00:00:00 to 23:59:59.';
  const FUTURE = 'start_date: is more than a day in the future. Use an earlier date, or leave it empty.';

  const refusal = async (start_date: JsonValue): Promise<string | undefined> => {
    const error = await parse({ start_date }).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    return error instanceof Error ? error.message.replace('The config is not valid. ', '') : undefined;
  };

  test.each([
    ['2026-01-01T00:00:00+01:00', FORM],
    ['2026-01-01T00:00:00+00:00', FORM],
    [' 2026-01-01', FORM],
    ['2026-01-01 ', FORM],
    ['2026-01-01T00:00:00Z\n', FORM],
    ['   ', FORM],
    ['2026-01-01 00:00:00', FORM],
    ['2026-02-30T00:00:00+01:00', FORM],
    ['2026-02-30', CALENDAR],
    ['2026-00-10T99:00:00Z', CALENDAR],
    ['0000-00-00', CALENDAR],
    ['2099-02-29', CALENDAR],
    ['2026-01-01T24:00:00Z', TIME],
    ['2026-06-30T23:59:60Z', TIME],
    ['2028-03-01T12:00:01Z', FUTURE],
    ['2028-03-02', FUTURE],
    ['2099-01-01', FUTURE],
    ['9999-12-31T23:59:59Z', FUTURE],
  ])('%j is refused with one sentence', async (value, sentence) => {
    expect(await refusal(value)).toBe(sentence);
  });

  test('any text gets at most one sentence, and it is true', async () => {
    const upTo = (most: number, digits: number) =>
      fc.integer({ min: 0, max: most }).map((number) => String(number).padStart(digits, '0'));
    const day = fc.tuple(fc.oneof(upTo(9999, 4), fc.constantFrom('2024', '2028', '2100')), upTo(13, 2), upTo(32, 2));
    const time = fc.tuple(upTo(25, 2), upTo(61, 2), upTo(61, 2));
    const nearNow = fc
      .integer({ min: NOW - 3 * 86_400_000, max: NOW + 3 * 86_400_000 })
      .map((at) => `${new Date(at).toISOString().slice(0, 19)}Z`);
    const text = fc.oneof(
      day.map((parts) => parts.join('-')),
      fc.tuple(day, time).map(([date, clock]) => `${date.join('-')}T${clock.join(':')}Z`),
      fc
        .tuple(
          fc.constantFrom('', ' '),
          day,
          fc.constantFrom('T', ' ', 't'),
          time,
          fc.constantFrom('', '.5', '.1234567'),
        )
        .chain(([blank, date, between, clock, fraction]) =>
          fc
            .constantFrom('Z', 'z', '', '+01:00', '-0000', ' Z', 'Z ')
            .map((zone) => `${blank}${date.join('-')}${between}${clock.join(':')}${fraction}${zone}`),
        ),
      nearNow,
      fc.string({ minLength: 1 }),
    );
    await fc.assert(
      fc.asyncProperty(text, async (value) => {
        expect(await refusal(value)).toBe(expected(value));
      }),
      { seed: seedOf(12), numRuns: 500 },
    );
  });

  /** What must be said of a text, by other means than the connector's. */
  function expected(value: string): string | undefined {
    const parts = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?Z)?$/.exec(value);
    if (parts === null) return FORM;
    const [year = 0, month = 0, day = 0, hours = 0, minutes = 0, seconds = 0] = parts
      .slice(1, 7)
      .map((part) => Number(part ?? 0));
    const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
    const days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
    if (day < 1 || day > days) return CALENDAR;
    if (hours > 23 || minutes > 59 || seconds > 59) return TIME;
    const milliseconds = Number((parts[7] ?? '').slice(0, 3).padEnd(3, '0'));
    const at = new Date(0);
    at.setUTCFullYear(year, month - 1, day);
    at.setUTCHours(hours, minutes, seconds, milliseconds);
    return at.getTime() > NOW + 86_400_000 ? FUTURE : undefined;
  }
});
