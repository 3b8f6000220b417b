import { ConnectorError } from '../protocol/errors.ts';
import type { JsonObject } from '../protocol/json.ts';
import type { StreamEvent } from '../protocol/source.ts';

/** One page of a list whose responses contain a token for the next page. */
export interface TokenPage {
  readonly rows: JsonObject[];
  /** The token for the next page. Null, undefined or empty on the last page. */
  readonly next: string | number | null | undefined;
}

/**
 * Reads a list from the first page to the last, if each response contains a token for the next page (a cursor or page token).
 * Yields the events of a full refresh. Rows are yielded as they come, without a check for skipped or repeated rows. So the
 * server's pages must be consistent with each other. A repeated token fails the stream with a system_error, because the list
 * would never end.
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
    `The server sent the same token for the next page of ${name} twice, so the list would never end. Report this to the maintainers of the API.`,
  );
}
