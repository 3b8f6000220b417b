import { expect, test } from '@jest/globals';
import { monthsToRead } from '../../src/float/reports.ts';

test.each([
  // On the last day of a long month, months are not skipped; nor is one where the local day is another than that of UTC.
  ['2026-01-31T23:59:59.999Z', undefined, 16, '2025-01-01/2025-01-31', '2026-04-01/2026-04-30'],
  ['2026-02-01T00:00:00.000Z', undefined, 16, '2025-02-01/2025-02-28', '2026-05-01/2026-05-31'],
  ['2023-11-30T12:00:00.000Z', undefined, 16, '2022-11-01/2022-11-30', '2024-02-01/2024-02-29'],
  // 2100 is no leap year.
  ['2099-11-15T12:00:00.000Z', undefined, 16, '2098-11-01/2098-11-30', '2100-02-01/2100-02-28'],
  ['2026-06-15T12:00:00.000Z', '2024-02-29T23:59:59Z', 32, '2024-02-01/2024-02-29', '2026-09-01/2026-09-30'],
  // Float's first year.
  ['2013-01-15T12:00:00.000Z', '2011-12-31T23:59:59Z', 16, '2012-01-01/2012-01-31', '2013-04-01/2013-04-30'],
  ['2026-06-15T12:00:00.000Z', '1900-01-01T00:00:00Z', 177, '2012-01-01/2012-01-31', '2026-09-01/2026-09-30'],
  ['2026-12-31T12:00:00.000Z', '2027-03-31T00:00:00Z', 1, '2027-03-01/2027-03-31', '2027-03-01/2027-03-31'],
  ['2026-12-31T12:00:00.000Z', '2027-04-01T00:00:00Z', 0, undefined, undefined],
])('on %s, with the start date %s: %i months, from %s to %s', (now, startDate, count, first, last) => {
  const months = monthsToRead(startDate, new Date(now)).map(({ start_date, end_date }) => `${start_date}/${end_date}`);
  expect([months.length, months[0], months.at(-1)]).toEqual([count, first, last]);
});

test('months follow each other without a gap: each begins on the day after the one before', () => {
  const months = monthsToRead('2012-01-01T00:00:00Z', new Date('2026-06-15'));
  const starts = months.slice(1).map(({ start_date }) => Date.parse(start_date));
  const daysAfter = months.slice(0, -1).map(({ end_date }) => Date.parse(end_date) + 24 * 3600 * 1000);
  expect(starts).toEqual(daysAfter);
});
