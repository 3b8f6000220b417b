import { describe, expect, test } from '@jest/globals';
import { backoff, numberIn, quotaWait, retryAfter } from '../../../src/cdk/http/retry-timing.ts';

const NOW = Date.UTC(2026, 6, 1, 12);

describe('the wait that a server asks for', () => {
  test.each([
    ['nothing', {}, undefined, undefined],
    ['whole seconds', { 'retry-after': '7' }, 7_000, 7_000],
    ['with a fraction and spaces', { 'retry-after': ' 0.5 ' }, 500, 500],
    ['a date', { 'retry-after': 'Wed, 01 Jul 2026 12:01:30 GMT' }, 90_000, 90_000],
    ['a date that is over', { 'retry-after': 'Wed, 01 Jul 2026 11:00:00 GMT' }, 0, 0],
    ['the quota only', { 'ratelimit-reset': '12' }, undefined, 12_000],
    ['both: Retry-After holds', { 'retry-after': '3', 'ratelimit-reset': '12' }, 3_000, 3_000],
    ['a text that is no time', { 'retry-after': 'soon', 'ratelimit-reset': 'later' }, undefined, undefined],
    ['a text, and the quota', { 'retry-after': 'soon', 'ratelimit-reset': '12' }, undefined, 12_000],
  ])('%s', (_, headers, forRetry, forQuota) => {
    const map = new Map<string, string>(Object.entries(headers));
    const lookup = { get: (name: string) => map.get(name) ?? null };
    expect([retryAfter(lookup, NOW), quotaWait(lookup, NOW)]).toEqual([forRetry, forQuota]);
  });
});

test.each([
  [1, 500, 1_000],
  [2, 1_000, 2_000],
  [4, 4_000, 8_000],
  [60, 30_000, 60_000],
])('the back-off after %d tries is between %d and %d ms', (tries, least, most) => {
  expect([backoff(tries, 0), backoff(tries, 1)]).toEqual([least, most]);
});

test.each([
  [null, undefined],
  ['', undefined],
  ['0', 0],
  [' 200 ', 200],
  ['1.5', 1.5],
  ['-1', undefined],
  ['1e3', undefined],
  ['0x10', undefined],
  ['60, 60', undefined],
  ['Infinity', undefined],
])('the header %j holds the number %p', (header, number) => {
  expect(numberIn(header)).toBe(number);
});
