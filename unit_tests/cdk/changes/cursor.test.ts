import { describe, expect, test } from '@jest/globals';
import { nextCursor } from '../../../src/cdk/changes/cursor.ts';
import { HOUR, iso, MINUTE, NOW } from './read.ts';

describe('the cursor after a read', () => {
  const completed = { newest: NOW - 5 * HOUR, startedAt: NOW, endedAt: NOW };

  test.each([
    ['an old newest stamp', {}, NOW - 5 * HOUR],
    ['a newest stamp of the last hour', { newest: NOW - 59 * MINUTE }, NOW - 61 * MINUTE],
    ['a newest stamp of this moment', { newest: NOW }, NOW - 2 * MINUTE],
    ['a stamp in the future', { newest: NOW + 999 * HOUR }, NOW - 2 * MINUTE],
    ['a long read', { newest: NOW - 5 * MINUTE, endedAt: NOW + 10 * MINUTE }, NOW - 17 * MINUTE],
    ['a short read', { newest: NOW - 5 * MINUTE, endedAt: NOW + 9_000 }, NOW - 7 * MINUTE],
    ['a read of a day', { newest: NOW + 24 * HOUR, endedAt: NOW + 24 * HOUR }, NOW - 2 * MINUTE],
    ['a first response with a Date of 1970', { newest: NOW, startedAt: 0, endedAt: NOW }, -2 * MINUTE],
  ])('depends on %s', (_, read, cursor) => {
    expect(nextCursor(undefined, { ...completed, ...read })).toBe(iso(cursor));
  });

  test('never moves back, and does not move if no row has a stamp', () => {
    const known = iso(NOW - HOUR);
    expect(nextCursor(known, completed)).toBe(known);
    const unstamped = { ...completed, newest: Number.NEGATIVE_INFINITY };
    expect(nextCursor(known, unstamped)).toBe(known);
    expect(nextCursor(undefined, unstamped)).toBeUndefined();
  });
});
