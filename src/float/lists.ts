import type { Answer, Endpoint, HttpClient, Params } from '../cdk/http/client.ts';
import { isObject, type JsonObject } from '../cdk/index.ts';
import type { Expansions } from '../cdk/lists/expansions.ts';
import type { PageAnswer } from '../cdk/lists/page.ts';
import { readPage, wholeNumberIn } from '../cdk/lists/read-page.ts';
import { rowsAt } from '../cdk/lists/rows-at.ts';
import type { Window } from '../cdk/lists/windows.ts';

/**
 * Float's maximum page size. For a larger number Float sends fewer rows than requested. That would look like the end of the
 * list.
 */
export const PER_PAGE = 200;

export function getPage(
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
  return readPage(
    page,
    () => expansions.getPage(page, ask(page), ask(1)),
    (answer) => {
      const count = (header: string): number | undefined => wholeNumberIn(answer.headers.get(`x-pagination-${header}`));
      return {
        rows: rowsOf(answer, list.name, list.rowsIn),
        totalCount: count('total-count'),
        pageCount: count('page-count'),
        perPage: count('per-page'),
      };
    },
  );
}

/** The `expand` parameter; no parameter if `names` is empty. */
export function expand(names: readonly string[]): Params {
  return names.length === 0 ? {} : { expand: names.join(',') };
}

/**
 * The rows of a body: a bare array, or an object with the rows under `rowsIn` or, if that is missing, under `data`. Throws a system_error for any
 * other body.
 */
export function rowsOf({ body }: Pick<Answer, 'body'>, name: string, rowsIn = 'data'): JsonObject[] {
  const selector = !isObject(body) ? '' : (body[rowsIn] ?? null) === null ? 'data' : rowsIn;
  return rowsAt(body, selector, name, 'Check that base_url is the address of a Float API.');
}
