import { describe, expect, test } from '@jest/globals';
import { nextCursor } from '../../../src/cdk/changes/cursor.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const BEGAN = Date.parse('2026-03-18T10:30:00Z');
const iso = (time: number): string => new Date(time).toISOString();

describe('the cursor after a read', () => {
  const completed = { newest: BEGAN - 5 * HOUR, startedAt: BEGAN, endedAt: BEGAN };

  test.each([
    ['an old newest stamp', {}, BEGAN - 5 * HOUR],
    ['a newest stamp of the last hour', { newest: BEGAN - 59 * MINUTE }, BEGAN - 61 * MINUTE],
    ['a newest stamp of this moment', { newest: BEGAN }, BEGAN - 2 * MINUTE],
    ['a stamp in the future', { newest: BEGAN + 999 * HOUR }, BEGAN - 2 * MINUTE],
    ['a long read', { newest: BEGAN - 5 * MINUTE, endedAt: BEGAN + 10 * MINUTE }, BEGAN - 17 * MINUTE],
    ['a short read', { newest: BEGAN - 5 * MINUTE, endedAt: BEGAN + 9 * SECOND }, BEGAN - 7 * MINUTE],
    ['a read of a day', { newest: BEGAN + 24 * HOUR, endedAt: BEGAN + 24 * HOUR }, BEGAN - 2 * MINUTE],
    ['a first response with a Date of 1970', { newest: BEGAN, startedAt: 0, endedAt: BEGAN }, -2 * MINUTE],
  ])('depends on %s', (_, read, cursor) => {
    expect(nextCursor(undefined, { ...completed, ...read })).toBe(iso(cursor));
  });

  test('never moves back, and does not move if no row has a stamp', () => {
    const known = iso(BEGAN - HOUR);
    expect(nextCursor(known, completed)).toBe(known);
    const unstamped = { ...completed, newest: Number.NEGATIVE_INFINITY };
    expect(nextCursor(known, unstamped)).toBe(known);
    expect(nextCursor(undefined, unstamped)).toBeUndefined();
  });
});
