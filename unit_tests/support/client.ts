import { HttpClient } from '../../src/cdk/http/client.ts';
import type { Quotas } from '../../src/cdk/http/limiter.ts';
import type { Transport } from '../../src/cdk/http/transport.ts';
import type { SourceContext } from '../../src/cdk/index.ts';
import { FakeClock } from '../../src/cdk/testing/index.ts';
import { FLOAT_POLICY } from '../../src/float/failures.ts';

/** Float's quotas. */
export const FLOAT_QUOTAS: Quotas = [
  { limit: 200, windowMs: 60_000 },
  { limit: 10, windowMs: 1_000 },
];

interface Options extends Partial<SourceContext> {
  clock?: FakeClock;
  quotas?: Quotas;
  concurrency?: number;
  random?: () => number;
}

/** A client with Float's error policy and a fast clock. `get` answers its requests. */
export function clientOf(get: Transport['get'], options: Options = {}) {
  const { clock = new FakeClock(0), quotas = FLOAT_QUOTAS, concurrency = 4, random, ...others } = options;
  const logged: string[] = [];
  const context = {
    clock,
    signal: new AbortController().signal,
    log: (_level: string, message: string) => void logged.push(message),
    mask: (text: string) => text,
    rateLimited: () => {},
    ...others,
  };
  const api = { baseUrl: 'https://api.example/v3', quotas, maxConcurrentRequests: concurrency, policy: FLOAT_POLICY };
  const client = new HttpClient(api, context, { get, close: () => {} }, random);
  return { client, clock, context, logged };
}
