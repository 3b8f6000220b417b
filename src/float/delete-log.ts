import type { Endpoint, HttpClient, Params } from '../cdk/http/client.ts';
import type { Clocks } from '../cdk/http/clocks.ts';
import { RequestFailed } from '../cdk/http/failure.ts';
import { ConnectorError, type JsonObject, type JsonValue, toUtcTimestamp } from '../cdk/index.ts';
import { rowsOf } from './lists.ts';

/** Float's largest page of the Delete Log. */
const LIMIT = 500;

/** Float keeps deletions for 72 hours (its changelog of April 2026). */
export const KEPT = 72 * 3_600_000;

/** The moment of deletion, epoch milliseconds, by the key's text. */
export type Deletions = Map<string, { readonly key: number | string; readonly time: number }>;

export interface DeleteLog {
  readonly deletions: Deletions;
  /** Of the first answer. */
  readonly clocks: Clocks;
}

/**
 * Reads the Delete Log of a stream to its end. Of entries with one key the newest is kept: the log is delivered at least
 * once, and its order is not documented, nor whether a row may be deleted twice.
 * Undefined where the server does not offer the log.
 */
export async function readDeleteLog(
  client: HttpClient,
  log: Endpoint & { nativeKey: string },
): Promise<DeleteLog | undefined> {
  const deletions: Deletions = new Map();
  const cursors = new Set<string>();
  let clocks: Clocks | undefined;
  for (let cursor: string | undefined; ; ) {
    const params: Params = cursor === undefined ? { limit: LIMIT } : { limit: LIMIT, cursor };
    const answer = await client.get(log, params).catch(unlessNotOffered);
    if (answer === undefined) return undefined;
    clocks ??= answer.clocks;
    const entries = rowsOf(answer, `${log.name} (Delete Log)`);
    for (const entry of entries) note(deletions, entry, log);
    cursor = nextCursor(answer.headers, entries.length);
    if (cursor === undefined || cursors.has(cursor)) return { deletions, clocks };
    cursors.add(cursor);
  }
}

function unlessNotOffered(error: unknown): undefined {
  const status = error instanceof RequestFailed && error.outcome.kind === 'status' ? error.outcome.status : undefined;
  if (status === 404 || status === 403) return undefined;
  throw error;
}

function nextCursor(headers: { get(name: string): string | null }, entries: number): string | undefined {
  const cursor = headers.get('x-pagination-next-cursor') ?? undefined;
  const hasMore = headers.get('x-pagination-has-more');
  // The header that says so may be missing, like others of Float's pagination; then only an empty page is the end.
  const more = hasMore === null ? entries > 0 : hasMore.toLowerCase() === 'true';
  return more && cursor !== '' ? cursor : undefined;
}

function note(deletions: Deletions, entry: JsonObject, { name, nativeKey }: { name: string; nativeKey: string }): void {
  const key = entry.id ?? entry[nativeKey];
  const time = timeOf(entry.timestamp);
  if ((typeof key !== 'number' && typeof key !== 'string') || time === undefined) {
    throw new ConnectorError('system_error', `An entry of the Delete Log of ${name} came without its id or timestamp.`);
  }
  const known = deletions.get(String(key));
  if (known === undefined || known.time < time) deletions.set(String(key), { key, time });
}

function timeOf(value: JsonValue | undefined): number | undefined {
  const timestamp = typeof value === 'string' ? toUtcTimestamp(value) : undefined;
  return timestamp === undefined ? undefined : Date.parse(timestamp);
}
