import type { SingleRow } from '../cdk/changes/delete-log.ts';
import type { Endpoint, HttpClient, Params } from '../cdk/http/client.ts';
import { statusOf } from '../cdk/http/failure.ts';
import { isObject, type JsonValue } from '../cdk/index.ts';
import { expand } from './lists.ts';

/**
 * Requests one row of a list by its key. 404 and 410 mean `gone`; other statuses and an unexpected body mean `unknown`.
 * Throws failures that concern every request: a 401, and a failure after all retries.
 */
export async function getRow(
  client: Pick<HttpClient, 'get'>,
  list: ListOfRows,
  key: number | string,
  expansions: readonly string[],
): Promise<SingleRow> {
  const answer = await ask(client, list, key, expand(expansions));
  // A server may refuse expansions only for single rows.
  return answer === 'unknown' && expansions.length > 0 ? ask(client, list, key, {}) : answer;
}

type ListOfRows = Endpoint & { readonly nativeKey: string };

async function ask(
  client: Pick<HttpClient, 'get'>,
  list: ListOfRows,
  key: number | string,
  params: Params,
): Promise<SingleRow> {
  try {
    const { body } = await client.get({ ...list, path: `${list.path}/${encodeURIComponent(key)}` }, params);
    return rowOf(body, list.nativeKey, key);
  } catch (error) {
    const status = statusOf(error);
    if (status === 404 || status === 410) return 'gone';
    if (status === undefined || status === 401 || status === 429 || status >= 500) throw error;
    return 'unknown';
  }
}

/** A bare object, or an object with the row under `data`. */
function rowOf(body: JsonValue | undefined, nativeKey: string, key: number | string): SingleRow {
  const row = isObject(body) && isObject(body.data) ? body.data : body;
  if (!isObject(row)) return 'unknown';
  return String(row.id ?? row[nativeKey]) === String(key) ? { row } : 'unknown';
}
