import { ConnectorError } from '../protocol/errors.ts';
import type { JsonObject } from '../protocol/json.ts';
import type { StreamEvent } from '../protocol/source.ts';

/** One page of a list whose answers name the next page. */
export interface TokenPage {
  readonly rows: JsonObject[];
  /** What the next request sends to get the next page. Null, undefined or empty on the last page. */
  readonly next: string | number | null | undefined;
}

/**
 * Reads a list whose answers name the next page (a cursor, a page token), from its first page to its last; the events of a
 * stream that is read in full. The server must keep the list still for its tokens: rows are passed on as they come. A token
 * that comes again fails the stream, because the pages would never end.
 */
export async function* readTokenPages(
  name: string,
  getPage: (token: string | number | undefined) => Promise<TokenPage>,
): AsyncGenerator<StreamEvent> {
  const seen = new Set<string | number>();
  let token: string | number | undefined;
  do {
    const { rows, next } = await getPage(token);
    yield { rows };
    token = next === null || next === '' ? undefined : next;
    if (token !== undefined && seen.has(token)) throw goesRound(name);
    if (token !== undefined) seen.add(token);
  } while (token !== undefined);
}

function goesRound(name: string): ConnectorError {
  return new ConnectorError(
    'system_error',
    `The server names the same next page of ${name} twice, so the list would never end. Report this to the maintainers of the API.`,
  );
}
