import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { toDate, toUtcTimestamp } from '../../../src/cdk/records/timestamps.ts';
import { seedOf } from '../../support/random.ts';

test.each([
  // Formats of Float's endpoints.
  ['2026-03-29', '2026-03-29T00:00:00Z', '2026-03-29'],
  ['2026-03-29 01:30:00', '2026-03-29T01:30:00Z', '2026-03-29'],
  ['2026-03-29 01:30:00.5', '2026-03-29T01:30:00.500Z', '2026-03-29'],
  ['2026-03-29 01:30:00.123999', '2026-03-29T01:30:00.123Z', '2026-03-29'],
  ['2026-03-29T01:30:00Z', '2026-03-29T01:30:00Z', '2026-03-29'],
  // The date is the one in the text, even if it differs in UTC.
  ['2026-01-01T01:30:00+05:30', '2025-12-31T20:00:00Z', '2026-01-01'],
  ['2026-12-31T23:30:00.25-0800', '2027-01-01T07:30:00.250Z', '2026-12-31'],
  ['2026-03-29 01:30:00 +02', '2026-03-28T23:30:00Z', '2026-03-29'],
  ['2026-03-29 01:30', '2026-03-29T01:30:00Z', '2026-03-29'],
  ['2024-02-29', '2024-02-29T00:00:00Z', '2024-02-29'],
  ['2026-03-29T24:00:00Z', '2026-03-30T00:00:00Z', '2026-03-29'],
])('%s is the instant %s and the date %s', (text, instant, date) => {
  expect([toUtcTimestamp(text), toDate(text)]).toEqual([instant, date]);
});

test.each([
  '',
  '0000-00-00',
  '2026-02-30',
  '2026-02-30 10:00:00',
  '2025-02-29T00:00:00.000Z',
  '2026-13-01T00:00:00Z',
  '2026-01-01T25:00:00Z',
  '2026-01-01T10:00:61Z',
  '2026-01-01T10:00:00+25:00',
  '9999-12-31T23:00:00-02:00',
  '0001-01-01T00:00:00+01:00',
  '1767225600',
  '2026-01-01T10:00:00Zulu',
  '2026-01-01T10:00:00Z\n2026-01-01T10:00:00Z',
])('%j is neither an instant nor a date', (text) => {
  expect([toUtcTimestamp(text), toDate(text)]).toEqual([undefined, undefined]);
});

describe('any instant', () => {
  const instant = fc.date({ min: new Date('1900-01-01'), max: new Date('9999-12-30'), noInvalidDate: true });
  const offset = fc.integer({ min: -14 * 60, max: 14 * 60 });

  test('is the same in any zone and format', () => {
    fc.assert(
      fc.property(instant, offset, fc.constantFrom('T', ' '), fc.constantFrom('', ':'), (date, minutes, gap, colon) => {
        const [local = '', fraction = ''] = new Date(date.getTime() + minutes * 60_000)
          .toISOString()
          .slice(0, -1)
          .split('.');
        const [hh, mm] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60].map((n) =>
          `${n}`.padStart(2, '0'),
        );
        const zone = `${minutes < 0 ? '-' : '+'}${hh}${colon}${mm}`;
        const written = toUtcTimestamp(`${local.replace('T', gap)}.${fraction}999${zone}`);
        expect(written).toBe(date.toISOString());
        expect(toUtcTimestamp(written ?? '')).toBe(written);
      }),
      { seed: seedOf(1) },
    );
  });
});
