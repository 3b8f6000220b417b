import { expect, test } from '@jest/globals';
import { interpret } from '../../src/cdk/http/answer.ts';
import type { Failure, Success } from '../../src/cdk/http/outcome.ts';
import { checkConnection } from '../../src/float/check.ts';
import { absentStreams } from '../../src/float/discover.ts';
import { clientOf } from '../support/client.ts';

const SECOND = 1_000;

/** A client of a server that answers each request after `latencyMs`. */
const connected = (latencyMs: number, answer: Success | Failure) => {
  const connection = clientOf(
    async () => {
      await connection.clock.sleep(latencyMs);
      return answer;
    },
    { concurrency: 2 },
  );
  return connection;
};

const answer = (status: number, headers: Record<string, string> = {}) =>
  interpret(status, { get: (name) => headers[name] ?? null }, '[]');

const SLOW: [string, number, Success | Failure][] = [
  ['answers after an hour', 3_600 * SECOND, answer(200)],
  ['fails after nine seconds each time', 9 * SECOND, answer(503)],
  ['refuses each request for ten seconds', SECOND, answer(429, { 'retry-after': '10' })],
];

test.each(SLOW)('a check of a server that %s ends within 30 seconds', async (_, latencyMs, answer) => {
  const { clock, context, client } = connected(latencyMs, answer);
  const began = clock.now();
  const failed = checkConnection(client, context).then(
    () => undefined,
    (error: Error) => error,
  );
  expect(await clock.run(failed)).toBeInstanceOf(Error);
  expect(clock.now() - began).toBeLessThanOrEqual(30 * SECOND);
});

test.each(SLOW)(
  'discover offers every stream of a server that %s, after at most 10 seconds',
  async (...[, ...slow]) => {
    const { clock, context, logged, client } = connected(...slow);
    const began = clock.now();
    expect(await clock.run(absentStreams(client, context))).toEqual(new Set());
    expect(logged.at(-1)).toMatch(
      /^It is unknown whether the server has reports_people, .*, so the catalog includes them\. /,
    );
    expect(clock.now() - began).toBeLessThanOrEqual(10 * SECOND);
  },
);
