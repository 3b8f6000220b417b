import type { HttpClient, Params } from '../cdk/http/client.ts';
import { RequestFailed } from '../cdk/http/failure.ts';
import { PROBE } from '../cdk/http/patience.ts';
import type { SourceContext } from '../cdk/index.ts';
import { type FloatStream, STREAMS } from './streams.ts';

/** A user waits for the form that this fills. */
const DEADLINE_MS = 10_000;

/** Names of the optional streams for which the server answers 404. A stream with any other answer, or with none in time, stays. */
export async function absentStreams(
  client: HttpClient,
  { clock, log, signal }: SourceContext,
): Promise<ReadonlySet<string>> {
  const over = new AbortController();
  const today = new Date(clock.now()).toISOString().slice(0, 10);
  const notMissing = (): boolean => false;
  const late = clock.sleep(DEADLINE_MS, AbortSignal.any([over.signal, signal])).then(notMissing, notMissing);
  try {
    const missing = await Promise.all(
      STREAMS.map((row) => row.isOptional && Promise.race([isMissing(row, client, today, over.signal), late])),
    );
    const absent = STREAMS.filter((_, index) => missing[index]);
    for (const { name, path } of absent) log('INFO', `${name}: left out, because this server has no ${path} (404).`);
    return new Set(absent.map(({ name }) => name));
  } finally {
    over.abort();
  }
}

async function isMissing(row: FloatStream, client: HttpClient, today: string, signal: AbortSignal): Promise<boolean> {
  try {
    await client.get(row, lightest(row, today), { patience: PROBE, signal });
    return false;
  } catch (error) {
    return error instanceof RequestFailed && error.outcome.kind === 'status' && error.outcome.status === 404;
  }
}

/** Parameters of the smallest request. */
function lightest({ kind }: FloatStream, today: string): Params {
  return kind === 'report' ? { start_date: today, end_date: today } : { page: 1, 'per-page': 1 };
}
