import { setMaxListeners } from 'node:events';
import type { HttpClient, Params } from '../cdk/http/client.ts';
import { RequestFailed } from '../cdk/http/failure.ts';
import { PROBE } from '../cdk/http/patience.ts';
import type { OpenTransport } from '../cdk/http/transport.ts';
import type { SourceContext } from '../cdk/index.ts';
import type { FloatConfig } from './config.ts';
import { openClient } from './open-client.ts';
import { type FloatStream, STREAMS } from './streams.ts';

/** A user waits in front of a form. */
const DEADLINE_MS = 10_000;

/** The table without what this server says it has not: a 404 leaves a stream out, any other answer or none keeps it. */
export async function offeredStreams(
  config: FloatConfig,
  context: SourceContext,
  transport: OpenTransport | undefined,
): Promise<readonly FloatStream[]> {
  const { clock, log } = context;
  const over = new AbortController();
  const signal = AbortSignal.any([over.signal, context.signal]);
  // Every probe and every wait listens to it.
  setMaxListeners(0, signal);
  const client = await openClient(config, { ...context, signal }, transport);
  const today = new Date(clock.now()).toISOString().slice(0, 10);
  const notMissing = (): boolean => false;
  const late = clock.sleep(DEADLINE_MS, signal).then(notMissing, notMissing);
  try {
    const missing = await Promise.all(
      STREAMS.map((row) => row.isOptional && Promise.race([isMissing(row, client, today), late])),
    );
    const absent = STREAMS.filter((_, index) => missing[index]);
    for (const { name, path } of absent) log('INFO', `${name}: not offered, this server has no ${path} (404).`);
    return STREAMS.filter((_, index) => !missing[index]);
  } finally {
    over.abort();
    client.close();
  }
}

async function isMissing(row: FloatStream, client: HttpClient, today: string): Promise<boolean> {
  try {
    await client.get(row, lightest(row, today), { patience: PROBE });
    return false;
  } catch (error) {
    return error instanceof RequestFailed && error.outcome.kind === 'status' && error.outcome.status === 404;
  }
}

/** Parameters of the request that brings least. */
function lightest({ kind }: FloatStream, today: string): Params {
  return kind === 'report' ? { start_date: today, end_date: today } : { page: 1, 'per-page': 1 };
}
