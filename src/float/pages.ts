import type { Endpoint, FloatClient, Params } from './client.ts';
import { getPage, type Page, PER_PAGE } from './lists.ts';

export interface List extends Endpoint {
  readonly primaryKey: readonly string[];
  readonly nativeKey: string;
}

/**
 * Walks over the pages of a list, newest key first as Float serves them.
 *
 * Float does not say what follows the last page, and Yii2, which it seems to be built on, repeats the last one
 * (yiisoft/yii2 issue 11582); counts are missing from some answers. So the walk ends at whichever comes first:
 * an empty page; the page that Page-Count names; without Page-Count, a page that is not full; a Current-Page behind
 * the page asked for; a page whose first row was the first row of a page before.
 */
export async function* walkPages(client: FloatClient, list: List, params: Params): AsyncGenerator<Page> {
  const firstKeys = new Set<string>();
  for (let number = 1; ; number += 1) {
    const page = await getPage(client, list, { ...params, page: number, 'per-page': PER_PAGE });
    const [first] = page.rows;
    if (page.currentPage !== undefined && page.currentPage < number) return;
    if (first !== undefined) {
      const key = JSON.stringify([...list.primaryKey, list.nativeKey].map((name) => first[name]));
      if (firstKeys.has(key)) return;
      firstKeys.add(key);
    }
    yield page;
    if (isLast(page, number)) return;
  }
}

function isLast({ rows, pageCount, perPage = PER_PAGE }: Page, number: number): boolean {
  if (rows.length === 0) return true;
  return pageCount === undefined ? rows.length < Math.min(perPage, PER_PAGE) : number >= pageCount;
}
