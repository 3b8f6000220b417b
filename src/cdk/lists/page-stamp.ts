import type { JsonObject } from '../protocol/json.ts';
import { newestStamp, type StampFields } from '../records/stamps.ts';
import type { Page } from './page.ts';

const known = new WeakMap<Page, number>();

/** The latest stamp of the rows of a page; -Infinity if none has one. Cached, because reading stamps takes noticeable time. */
export function pageStamp(page: Page, fields: StampFields): number {
  const before = known.get(page);
  if (before !== undefined) return before;
  const stamp = newestStamp(page.rows, fields);
  known.set(page, stamp);
  return stamp;
}

/** The latest stamp of those rows of a page that are emitted: usually all of them. */
export function stampOfFresh(rows: readonly JsonObject[], page: Page, fields: StampFields): number {
  return rows.length === page.rows.length ? pageStamp(page, fields) : newestStamp(rows, fields);
}
