import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { nextCursor } from '../../../src/cdk/changes/cursor.ts';
import { seedOf } from '../../support/random.ts';

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

const within = (most: number) => fc.integer({ min: -most, max: most });

test('no row that a read could not see has a stamp before its cursor', () => {
  // Milliseconds from the true beginning of the read.
  const write = fc.record({
    at: fc.integer({ min: -2 * HOUR, max: 30 * MINUTE }),
    hiddenFor: fc.nat(110 * SECOND - SECOND),
  });
  const world = fc.record({
    writes: fc.array(write, { minLength: 1, maxLength: 12 }),
    duration: fc.oneof(fc.constant(0), fc.nat(30 * MINUTE)),
    rowClock: within(50 * MINUTE),
    dateClock: within(10 * MINUTE),
    ourClock: fc.oneof(fc.constant(0), within(10 * MINUTE)),
    /** Where the writes are in the list: they are read after this share of the duration. */
    place: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  fc.assert(
    fc.property(world, ({ writes, duration, rowClock, dateClock, ourClock, place }) => {
      const earlier = Math.min(dateClock, ourClock);
      const isSeen = ({ at, hiddenFor }: (typeof writes)[number]) => at + hiddenFor <= duration * place;
      const stamps = writes.map((write) => ({ stamp: BEGAN + write.at + rowClock, seen: isSeen(write) }));
      const newest = Math.max(...stamps.filter(({ seen }) => seen).map(({ stamp }) => stamp));
      const startedAt = BEGAN + earlier;
      const cursor = nextCursor(undefined, { newest, startedAt, endedAt: startedAt + duration });
      const from = cursor === undefined ? Number.NEGATIVE_INFINITY : Date.parse(cursor);
      const missed = stamps.filter(({ stamp, seen }) => !seen && stamp < Math.floor(from / SECOND) * SECOND);
      expect(missed).toEqual([]);
    }),
    { numRuns: 500, seed: seedOf(12) },
  );
});
