import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { askedWaitMs, backoffMs, numberIn, refusalWaitMs, retryWaitMs } from '../../../src/cdk/http/retry-timing.ts';
import { seedOf } from '../../support/random.ts';

const NOW = Date.UTC(2026, 6, 1, 12);
const EPOCH = NOW / 1000;
const DATE = 'Wed, 01 Jul 2026 12:00:00 GMT';
/** The back-off after a first refusal without a time. */
const BACKOFF = 1_500;

const headersOf = (headers: Record<string, string>) => ({ get: (name: string) => headers[name] ?? null });

describe('the wait that a header asks for', () => {
  test.each<[string, number | undefined]>([
    [' 0.5 ', 500],
    ['999999999', 999_999_999_000],
    ['2026', 2_026_000],
    [`${EPOCH + 0.25}`, 250],
    ['1000000000', 0],
    ['Wednesday, 01-Jul-26 12:01:30 GMT', 90_000],
    ['Wed, 01 Jul 2026 12:01:30 +0000', 90_000],
    ['2026-07-01T14:01:30.500+02:00', 90_500],
    ['Wed, 01 Jul 2026 11:00:00 GMT', 0],
    ['', undefined],
    ['soon', undefined],
    ['60, 60', undefined],
    ['Wed, 99 Jul 2026 12:01:30 GMT', undefined],
    ['July 1, 2026', undefined],
  ])('%j: %p ms', (value, expected) => {
    const headers = headersOf({ date: DATE, x: value });
    expect(askedWaitMs(headers, 'x', NOW)).toBe(expected);
  });

  test('is relative to our clock if the response has no valid Date', () => {
    for (const date of [undefined, 'yesterday', '-1']) {
      const headers = headersOf({ x: `${EPOCH + 3}`, ...(date === undefined ? {} : { date }) });
      expect(askedWaitMs(headers, 'x', NOW)).toBe(3_000);
    }
  });

  test('is the same in every form, whatever the clock of the server', () => {
    const property = fc.property(
      fc.integer({ min: 0, max: 999_999_999 }),
      fc.integer({ min: -1e8, max: 1e8 }),
      fc.constantFrom('retry-after', 'ratelimit-reset'),
      (seconds, skewSeconds, name) => {
        const serverNow = NOW + skewSeconds * 1000;
        const moment = new Date(serverNow + seconds * 1000);
        const date = new Date(serverNow).toUTCString();
        const asctime = moment.toUTCString().replace(/^(\w+), (\d+) (\w+) (\d+) (\S+) GMT$/, '$1 $3 $2 $5 $4');
        const forms = [`${seconds}`, `${moment.getTime() / 1000}`, moment.toUTCString(), asctime, moment.toISOString()];
        const waits = forms.map((form) => askedWaitMs(headersOf({ date, [name]: form }), name, NOW));
        expect(waits).toEqual(forms.map(() => seconds * 1000));
      },
    );
    fc.assert(property, { numRuns: 200, seed: seedOf(1) });
  });
});

test.each<[string, Record<string, string>, number]>([
  ['Retry-After comes first', { 'retry-after': '3', 'ratelimit-reset': '12' }, 3_000],
  ['without it, ratelimit-reset', { 'ratelimit-reset': '12' }, 12_000],
  ['ratelimit-reset as an epoch', { 'ratelimit-reset': `${EPOCH + 12}`, date: DATE }, 12_000],
  ['ratelimit-reset after an invalid Retry-After', { 'retry-after': '-5', 'ratelimit-reset': '12' }, 12_000],
  ['ratelimit-reset if the quota is used up', { 'ratelimit-remaining': '0', 'ratelimit-reset': '12' }, 12_000],
  ['a back-off if only the burst limit is reached', { 'ratelimit-remaining': '7', 'ratelimit-reset': '12' }, BACKOFF],
  ['a back-off without headers', {}, BACKOFF],
  ['a back-off for 0', { 'retry-after': '0' }, BACKOFF],
  ['a back-off for a time in the past', { 'retry-after': `${EPOCH - 9}` }, BACKOFF],
  ['a back-off for less than a second', { 'retry-after': '0.001' }, BACKOFF],
  ['a fraction of a second', { 'retry-after': '1.25' }, 1_250],
])('the wait after a refusal: %s', (_, headers, expected) => {
  expect(refusalWaitMs(headersOf(headers), NOW, 1, 0.5)).toBe(expected);
});

test.each<[string, Record<string, string>, number]>([
  ['a back-off', {}, 750],
  ['Retry-After if it is longer', { 'retry-after': `${EPOCH + 20}` }, 20_000],
  ['the back-off if Retry-After is shorter', { 'retry-after': '0' }, 750],
  ['a back-off whatever ratelimit-reset says', { 'ratelimit-reset': '20' }, 750],
])('the wait after a failure: %s', (_, headers, expected) => {
  expect(retryWaitMs(headersOf(headers), NOW, 1, 0.5)).toBe(expected);
});

test.each([
  [1, 500, 1_000],
  [2, 1_000, 2_000],
  [4, 4_000, 8_000],
  [60, 30_000, 60_000],
])('the back-off after %d tries is between %d and %d ms', (tries, least, most) => {
  expect([backoffMs(tries, 0), backoffMs(tries, 1)]).toEqual([least, most]);
});

test.each([
  [null, undefined],
  ['', undefined],
  [' 200 ', 200],
  ['1.5', 1.5],
  ['-1', undefined],
  ['1e3', undefined],
  ['60, 60', undefined],
  ['9'.repeat(400), undefined],
])('the header %j contains the number %p', (header, number) => {
  expect(numberIn(header)).toBe(number);
});
