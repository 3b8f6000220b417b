import { expect, test } from '@jest/globals';
import { requireSoundConnection, requireSoundStreams } from '../../../src/cdk/protocol/source-faults.ts';

const requireMost = (maxConcurrentStreams: unknown) => () =>
  requireSoundConnection({
    streams: [],
    // A source in JavaScript can return any value.
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

test.each([
  [{ primaryKey: ['uuid'] }, 'the schema of tickets lacks the key field uuid'],
  [{ primaryKey: ['id', 'toString'] }, 'the schema of tickets lacks the key field toString'],
  [{ cursorField: 'changed' }, 'the schema of tickets lacks the cursor field changed'],
  [{ jsonSchema: {} }, 'the schema of tickets lacks the key field id'],
])('a stream whose schema lacks what it names is refused: %j', (fault, message) => {
  const tickets = {
    name: 'tickets',
    primaryKey: ['id'],
    cursorField: 'updated_at',
    jsonSchema: { properties: { id: {}, updated_at: {} } },
  };
  expect(() => requireSoundStreams([tickets])).not.toThrow();
  expect(() => requireSoundStreams([{ ...tickets, ...fault }])).toThrow(message);
});
