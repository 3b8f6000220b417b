import { describe, expect, test } from '@jest/globals';
import { Progress } from '../../../src/cdk/protocol/progress.ts';

function started(total?: number) {
  const clock = { now: 1_000 };
  const progress = new Progress('tasks', () => clock.now);
  if (total !== undefined) progress.expect(total);
  return { clock, progress };
}

test('ten thousand records are worth a line, with how many there will be and how fast they come', () => {
  const { clock, progress } = started(25_000);
  clock.now += 2_000;
  expect(progress.add(9_999)).toBeUndefined();
  expect(progress.add(1)).toBe('tasks: 10000 of 25000 records so far, 5000 a second.');
  clock.now += 2_000;
  expect(progress.add(9_999)).toBeUndefined();
  expect(progress.add(200)).toBe('tasks: 20199 of 25000 records so far, 5050 a second.');
});

test('half a minute is worth a line, however few records came', () => {
  const { clock, progress } = started();
  clock.now += 29_999;
  expect(progress.add(30)).toBeUndefined();
  clock.now += 1;
  expect(progress.add(30)).toBe('tasks: 60 records so far, 2 a second.');
  expect(progress.add(1)).toBeUndefined();
});

test('the end is told with all records and the time that they took', () => {
  const { clock, progress } = started();
  progress.add(12);
  clock.now += 1_250;
  expect(progress.summary('complete')).toBe('tasks: 12 records in 1.3 s, complete.');
  expect(progress.summary('incomplete')).toBe('tasks: 12 records in 1.3 s, incomplete.');
});

describe('a stream that tells of its steps', () => {
  const step = (number: number, waitMs: number, leftMs: number) => ({ unit: 'month', number, of: 16, waitMs, leftMs });

  test('says so before a long series and before each wait, else every half minute, and leaves out the records', () => {
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

  test('counts minutes where there are many seconds, and says nothing where there are few', () => {
    const { progress } = started();
    expect(progress.begin(step(1, 0, 4_999))).toBeUndefined();
    expect(progress.begin(step(2, 0, 119_999))).toBe('tasks: month 2 of 16, about 120 s left.');
    expect(progress.begin(step(3, 6_000, 150_000))).toBe('tasks: month 3 of 16, about 3 min left.');
  });
});
