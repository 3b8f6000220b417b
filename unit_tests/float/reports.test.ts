import { expect, test } from '@jest/globals';
import { interpret } from '../../src/cdk/http/answer.ts';
import type { Step } from '../../src/cdk/index.ts';
import { FakeClock } from '../../src/cdk/testing/index.ts';
import { MonthsLeft } from '../../src/float/months-left.ts';
import { monthsToRead, readReport } from '../../src/float/reports.ts';
import { clientOf } from '../support/client.ts';

test.each([
  // The last day of a long month, and times at which the local date may differ from UTC.
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

test.each([
  ['both reports at once, of 16 months each', undefined, ['reports_people', 'reports_projects'], 32],
  ['one report alone, of ten years', '2016-01-01T00:00:00Z', ['reports_people'], 129],
  ['both reports of ten years', '2016-01-01T00:00:00Z', ['reports_people', 'reports_projects'], 258],
])('%s: each step predicts the time for the remaining months', async (_, startDate, names, requests) => {
  const clock = new FakeClock(Date.parse('2026-06-15T12:00:00Z'));
  const begunAt = clock.now();
  let sent = 0;
  const send = async () => {
    sent += 1;
    await clock.sleep(50);
    return interpret(200, { get: () => null }, '{"people":[]}');
  };
  const { client, context } = clientOf(send, { clock });
  const monthsLeft = new MonthsLeft();
  const meter = { name: 'reports', quotas: [{ limit: 30, windowMs: 60_000 }] } as const;
  const estimates: { step: Step; at: number; leftMs: number; endedAt: number }[] = [];
  const primaryKey = ['id'] as const;
  const read = async (name: string): Promise<void> => {
    const own = {
      name,
      path: `/${name}`,
      rowsIn: 'people',
      meter,
      nativeKey: 'id',
      primaryKey,
      jsonSchema: { properties: {} },
    };
    const steps = [];
    for await (const event of readReport(own, client, startDate, monthsLeft, context)) {
      if ('step' in event) steps.push({ step: event.step, at: clock.now(), leftMs: event.step.leftMs });
    }
    estimates.push(...steps.map((one) => ({ ...one, endedAt: clock.now() })));
  };
  await clock.run(Promise.all(names.map(read)));

  expect(sent).toBe(requests);
  // Thirty requests a minute.
  const minutes = Math.ceil(requests / 30) - 1;
  expect(clock.now() - begunAt).toBeGreaterThan(minutes * 60_000);
  // The first step of the first report does not know of the second one yet.
  for (const { at, leftMs, endedAt } of estimates.filter(({ step, at }) => step.number > 1 || at > begunAt)) {
    expect(Math.abs(at + leftMs - endedAt)).toBeLessThan(5_000);
  }
  const waiting = estimates.filter(({ step }) => step.waitMs >= 5_000);
  expect(waiting.length).toBeGreaterThanOrEqual(minutes);
});
