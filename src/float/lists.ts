import type { Answer, Endpoint, HttpClient, Params } from '../cdk/http/client.ts';
import { RequestFailed } from '../cdk/http/failure.ts';
import { ConnectorError, isObject, type JsonObject, type JsonValue } from '../cdk/index.ts';
import type { Expansions } from '../cdk/lists/expansions.ts';
import type { PageAnswer } from '../cdk/lists/page.ts';
import type { Window } from '../cdk/lists/windows.ts';

/** Float's largest page. A larger number is answered with fewer rows, which looks like the end of the list. */
export const PER_PAGE = 200;

export async function getPage(
  client: HttpClient,
  list: Endpoint & { readonly rowsIn: string },
  { params, expansions }: { readonly params: Params; readonly expansions: Expansions },
  { page, size }: Window,
  signal: AbortSignal,
): Promise<PageAnswer> {
  const ask =
    (number: number) =>
    (names: readonly string[]): Promise<Answer> =>
      client.get(list, { ...params, ...expand(names), page: number, 'per-page': size }, { signal });
  let answer: Answer;
  try {
    answer = await expansions.getPage(page, ask(page), ask(1));
  } catch (error) {
    if (page > 1 && isNoSuchPage(error)) return { refusal: error };
    throw error;
  }
  const count = (header: string): number | undefined => wholeNumberIn(answer.headers.get(`x-pagination-${header}`));
  return {
    rows: rowsOf(answer, list.name, list.rowsIn),
    totalCount: count('total-count'),
    pageCount: count('page-count'),
    perPage: count('per-page'),
    clocks: answer.clocks,
  };
}

/** The parameter that asks for expansions. */
export function expand(names: readonly string[]): Params {
  return names.length === 0 ? {} : { expand: names.join(',') };
}

/** A count as servers write it: `250`, `+250`, `250.0`; `250, 250` where the header was sent twice. */
function wholeNumberIn(header: string | null): number | undefined {
  const parts = (header ?? '').split(',').map((part) => /^\s*\+?(\d+)(?:\.0*)?\s*$/.exec(part)?.[1]);
  const [number, ...others] = new Set(parts.map((digits) => (digits === undefined ? Number.NaN : Number(digits))));
  return others.length === 0 && Number.isSafeInteger(number) ? number : undefined;
}

function isNoSuchPage(error: unknown): error is RequestFailed {
  if (!(error instanceof RequestFailed) || error.outcome.kind !== 'status') return false;
  return error.outcome.status === 404 || error.outcome.status === 422;
}

/** The rows of a body in any of its forms: a bare array, or an object with the rows under `rowsIn` or under `data`. */
export function rowsOf({ body }: Pick<Answer, 'body'>, name: string, rowsIn = 'data'): JsonObject[] {
  if (body === undefined) return [];
  const rows = isObject(body) ? (body[rowsIn] ?? body.data) : body;
  if (Array.isArray(rows) && rows.every(isObject)) return rows;
  throw new ConnectorError(
    'system_error',
    `The answer to the request for ${name} is no list of rows. Check that base_url is the address of a Float API.`,
    { internalMessage: `found ${shapeOf(body)}` },
  );
}

/** What a body is, without its values: they are the company's. */
function shapeOf(body: JsonValue): string {
  if (Array.isArray(body)) return 'an array with members that are no objects';
  if (!isObject(body)) return body === null ? 'null' : `a ${typeof body}`;
  return `an object with the members ${Object.keys(body).slice(0, 10).join(', ') || '(none)'}`;
}
