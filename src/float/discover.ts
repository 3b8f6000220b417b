import type { HttpClient, Params } from '../cdk/http/client.ts';
import { statusOf } from '../cdk/http/failure.ts';
import { PROBE } from '../cdk/http/patience.ts';
import type { SourceContext } from '../cdk/index.ts';
import { type FloatStream, STREAMS } from './streams.ts';

/** Short, because a user waits for the list of streams. */
const DEADLINE_MS = 10_000;

/**
 * Names of the optional streams for which the server answers 404. Streams for which the server answers anything else, or
 * nothing in time, are still offered.
 */
export async function absentStreams(
  client: HttpClient,
  { clock, log, signal }: SourceContext,
): Promise<ReadonlySet<string>> {
  const over = new AbortController();
  const today = new Date(clock.now()).toISOString().slice(0, 10);
  const tooLate = (): Answered => ({ because: `The server did not answer within ${DEADLINE_MS / 1000} seconds.` });
  const late = clock.sleep(DEADLINE_MS, AbortSignal.any([over.signal, signal])).then(tooLate, tooLate);
  try {
    const optional = STREAMS.filter(({ isOptional }) => isOptional);
    const answers = await Promise.all(
      optional.map(async (row) => ({
        row,
        answered: await Promise.race([ask(row, client, today, over.signal), late]),
      })),
    );
    const absent = answers.filter(({ answered }) => answered === 'missing').map(({ row }) => row);
    for (const { name, path } of absent)
      log('INFO', `${name}: left out of the catalog, because this server has no ${path} (404).`);
    const unknown = answers.flatMap(({ row, answered }) =>
      typeof answered === 'string' ? [] : [{ row, ...answered }],
    );
    if (unknown[0] !== undefined) {
      const names = unknown.map(({ row }) => row.name).join(', ');
      log('WARN', `It is unknown whether the server has ${names}, so the catalog includes them. ${unknown[0].because}`);
    }
    return new Set(absent.map(({ name }) => name));
  } finally {
    over.abort();
  }
}

/** `because`: a sentence for the user, if the answer says nothing about the list. */
type Answered = 'there' | 'missing' | { readonly because: string };

/** Statuses with which the server refuses a list that exists: this account or this request is not allowed to read it. */
const REFUSALS = [400, 403, 422];

async function ask(row: FloatStream, client: HttpClient, today: string, signal: AbortSignal): Promise<Answered> {
  try {
    await client.get(row, lightest(row, today), { patience: PROBE, signal });
    return 'there';
  } catch (error) {
    const status = statusOf(error);
    if (status === 404) return 'missing';
    if (status !== undefined && REFUSALS.includes(status)) return 'there';
    return { because: error instanceof Error ? error.message : String(error) };
  }
}

/** Parameters of the smallest request. */
function lightest({ kind }: FloatStream, today: string): Params {
  return kind === 'report' ? { start_date: today, end_date: today } : { page: 1, 'per-page': 1 };
}
