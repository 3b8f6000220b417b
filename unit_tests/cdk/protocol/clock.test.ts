import { expect, test } from '@jest/globals';
import { systemClock } from '../../../src/cdk/index.ts';

test.each([
  ['before it begins', true],
  ['while it lasts', false],
])('a sleep whose signal aborts %s ends with the reason', async (_, before) => {
  const aborter = new AbortController();
  if (before) aborter.abort('not needed');
  const sleep = systemClock.sleep(60_000, aborter.signal);
  aborter.abort('not needed');
  await expect(sleep).rejects.toBe('not needed');
});
