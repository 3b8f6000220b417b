import { type DeleteLog, type Deletion, deletionId } from '../cdk/changes/delete-log.ts';
import type { Endpoint, HttpClient, Params } from '../cdk/http/client.ts';
import type { Clocks } from '../cdk/http/clocks.ts';
import { statusOf } from '../cdk/http/failure.ts';
import { ConnectorError, type JsonObject } from '../cdk/index.ts';
import { timeOf } from '../cdk/records/stamps.ts';
import { rowsOf } from './lists.ts';

/** Float keeps deletions for 72 hours (source: Float's API changelog, April 2026). */
export const DELETE_LOG_RETENTION_MS = 72 * 3_600_000;

/** Float's maximum page size for the Delete Log. */
const LIMIT = 500;

const PAGES_LIMIT = 200;

/** After this many pages in a row without a new entry, the log counts as endless. */
const IDLE_PAGES_LIMIT = 3;

type LogEndpoint = Endpoint & { readonly nativeKey: string };

/**
 * Reads the Delete Log of a stream to its end, or until a limit shows that it never ends. Entries may come more than once, and
 * their order is not documented. Resolves to undefined if the server does not offer the log (404 or 403).
 */
export async function readDeleteLog(client: HttpClient, log: LogEndpoint): Promise<DeleteLog | undefined> {
  const deletions = new Map<string, Deletion>();
  const cursors = new Set<string>();
  let clocks: Clocks | undefined;
  let cursor: string | undefined;
  let idlePages = 0;
  for (let pages = 1; ; pages += 1) {
    const params: Params = cursor === undefined ? { limit: LIMIT } : { limit: LIMIT, cursor };
    const answer = await client.get(log, params).catch(unlessNotOffered);
    if (answer === undefined) return undefined;
    clocks ??= answer.clocks;
    const knownDeletions = deletions.size;
    const entries = rowsOf(answer, `${log.name} (Delete Log)`);
    for (const entry of entries) {
      const deletion = deletionOf(entry, log);
      deletions.set(deletionId(deletion), deletion);
    }
    idlePages = deletions.size > knownDeletions ? 0 : idlePages + 1;

    const began = clocks;
    const stop = (stoppedBecause: string | undefined): DeleteLog => ({
      deletions: [...deletions.values()],
      clocks: began,
      stoppedBecause,
    });
    const more = hasMore(answer.headers);
    const next = answer.headers.get('x-pagination-next-cursor') || undefined;
    const isNew = next !== undefined && !cursors.has(next);
    // Float may omit Has-More. Then an empty page or a missing or repeated cursor is the end.
    if (more === false || (more === undefined && (entries.length === 0 || !isNew))) return stop(undefined);
    if (!isNew) return stop('says that more entries follow, but sends no new cursor');
    if (idlePages === IDLE_PAGES_LIMIT)
      return stop(`does not end: ${IDLE_PAGES_LIMIT} pages in a row had no new entry`);
    if (pages === PAGES_LIMIT) return stop(`does not end within ${PAGES_LIMIT} pages`);
    cursors.add(next);
    cursor = next;
  }
}

function unlessNotOffered(error: unknown): undefined {
  const status = statusOf(error);
  if (status === 404 || status === 403) return undefined;
  throw error;
}

/** Undefined if the header is missing or has another value. */
function hasMore(headers: { get(name: string): string | null }): boolean | undefined {
  const text = headers.get('x-pagination-has-more')?.trim().toLowerCase();
  if (text === 'true' || text === '1') return true;
  return text === 'false' || text === '0' ? false : undefined;
}

function deletionOf(entry: JsonObject, { name, nativeKey }: LogEndpoint): Deletion {
  const key = entry.id ?? entry[nativeKey];
  const time = timeOf(entry.timestamp);
  if ((typeof key !== 'number' && typeof key !== 'string') || time === undefined) {
    throw new ConnectorError(
      'system_error',
      `An entry in the Delete Log of ${name} has no valid id or timestamp. Report this message to the connector's maintainers.`,
    );
  }
  return { key, time };
}
