import { expect, test } from '@jest/globals';
import { interpret } from '../../src/cdk/http/answer.ts';
import { HttpClient } from '../../src/cdk/http/client.ts';
import type { Failure, Success } from '../../src/cdk/http/outcome.ts';
import { FakeClock } from '../../src/cdk/testing/index.ts';
import { checkConnection } from '../../src/float/check.ts';
import { absentStreams } from '../../src/float/discover.ts';
import { FLOAT_POLICY } from '../../src/float/failures.ts';

const SECOND = 1_000;

/** A server that answers each request after `latencyMs`. */
function connected(latencyMs: number, answer: Success | Failure) {
  const clock = new FakeClock();
  const logged: string[] = [];
  const context = {
    clock,
    signal: new AbortController().signal,
    log: (_: string, message: string) => logged.push(message),
    mask: (text: string) => text,
    rateLimited: () => {},
  };
  const transport = {
    close: () => {},
    get: async () => {
      await clock.sleep(latencyMs);
      return answer;
    },
  };
  const api = {
    baseUrl: 'https://api.example/v3',
    quotas: [{ limit: 200, windowMs: 60 * SECOND }],
    maxConcurrentRequests: 2,
    policy: FLOAT_POLICY,
  } as const;
  return { context, logged, client: new HttpClient(api, context, transport) };
}

const answer = (status: number, headers: Record<string, string> = {}) =>
  interpret(status, { get: (name) => headers[name] ?? null }, '[]');

const SLOW: [string, number, Success | Failure][] = [
  ['answers after an hour', 3_600 * SECOND, answer(200)],
  ['fails after nine seconds each time', 9 * SECOND, answer(503)],
  ['refuses each request for ten seconds', SECOND, answer(429, { 'retry-after': '10' })],
];

test.each(SLOW)('a check of a server that %s ends within 30 seconds', async (_, latencyMs, answer) => {
  const { context, client } = connected(latencyMs, answer);
  const began = context.clock.now();
  const failed = checkConnection(client, context).then(
    () => undefined,
    (error: Error) => error,
  );
  expect(await context.clock.run(failed)).toBeInstanceOf(Error);
  expect(context.clock.now() - began).toBeLessThanOrEqual(30 * SECOND);
});

test.each(SLOW)(
  'discover offers every stream of a server that %s, after at most 10 seconds',
  async (...[, ...slow]) => {
    const { context, logged, client } = connected(...slow);
    const began = context.clock.now();
    expect(await context.clock.run(absentStreams(client, context))).toEqual(new Set());
    expect(logged.at(-1)).toMatch(
      /^The server did not say whether it has reports_people, .*; the catalog includes them\. /,
    );
    expect(context.clock.now() - began).toBeLessThanOrEqual(10 * SECOND);
  },
);
