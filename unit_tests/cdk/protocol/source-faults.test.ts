import { expect, test } from '@jest/globals';
import { requireSoundConnection } from '../../../src/cdk/protocol/source-faults.ts';

const requireMost = (maxConcurrentStreams: unknown) => () =>
  requireSoundConnection({
    streams: [],
    // A source in JavaScript may hand in anything.
    maxConcurrentStreams: maxConcurrentStreams as number,
    check: async () => {},
    close: () => {},
  });

test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '2', undefined])(
  'maxConcurrentStreams %p is refused, because the run would end without reading anything',
  (most) => {
    expect(requireMost(most)).toThrow(
      `its maxConcurrentStreams is ${most} (${typeof most}), but must be a whole number from 1`,
    );
  },
);

test('a source may read one stream at a time or many', () => {
  for (const most of [1, 16]) expect(requireMost(most)).not.toThrow();
});
