import { describe, expect, test } from '@jest/globals';
import { Progress } from '../../../src/cdk/protocol/progress.ts';

function started(total?: number) {
  const clock = { now: 1_000 };
  const progress = new Progress('tasks', () => clock.now);
  if (total !== undefined) progress.expect(total);
  return { clock, progress };
}

test('every 10,000 records a line is logged, with the expected total and the rate', () => {
  const { clock, progress } = started(25_000);
  clock.now += 2_000;
  expect(progress.add(9_999)).toBeUndefined();
  expect(progress.add(1)).toBe('tasks: 10000 of 25000 records so far, 5000 a second.');
  clock.now += 2_000;
  expect(progress.add(9_999)).toBeUndefined();
  expect(progress.add(200)).toBe('tasks: 20199 of 25000 records so far, 5050 a second.');
});

test('every 30 seconds a line is logged, however few records came', () => {
  const { clock, progress } = started();
  clock.now += 29_999;
  expect(progress.add(30)).toBeUndefined();
  clock.now += 1;
  expect(progress.add(30)).toBe('tasks: 60 records so far, 2 a second.');
  expect(progress.add(1)).toBeUndefined();
});

test('the last line has the number of records and the duration', () => {
  const { clock, progress } = started();
  progress.add(12);
  clock.now += 1_250;
  expect(progress.summary('complete')).toBe('tasks: 12 records in 1.3 s, complete.');
  expect(progress.summary('incomplete')).toBe('tasks: 12 records in 1.3 s, incomplete.');
});

describe('a stream with steps', () => {
  const step = (number: number, waitMs: number, leftMs: number) => ({ unit: 'month', number, of: 16, waitMs, leftMs });

  test('logs before a long series, before each wait and every 30 seconds, but no record counts', () => {
    const { clock, progress } = started();
    expect(progress.begin(step(1, 0, 61_000))).toBe('tasks: month 1 of 16, about 61 s left.');
    clock.now += 1_000;
    expect(progress.begin(step(2, 0, 60_000))).toBeUndefined();
    expect(progress.begin(step(3, 4_999, 59_000))).toBeUndefined();
    expect(progress.begin(step(4, 5_000, 58_001))).toBe('tasks: month 4 of 16, about 59 s left.');
    clock.now += 29_999;
    expect(progress.begin(step(5, 0, 30_000))).toBeUndefined();
    clock.now += 1;
    expect(progress.begin(step(6, 0, 30_000))).toBe('tasks: month 6 of 16, about 30 s left.');
    expect(progress.add(20_000)).toBeUndefined();
  });

  test('shows long durations in minutes, and logs nothing for short ones', () => {
    const { progress } = started();
    expect(progress.begin(step(1, 0, 4_999))).toBeUndefined();
    expect(progress.begin(step(2, 0, 119_999))).toBe('tasks: month 2 of 16, about 120 s left.');
    expect(progress.begin(step(3, 6_000, 150_000))).toBe('tasks: month 3 of 16, about 3 min left.');
  });
});
