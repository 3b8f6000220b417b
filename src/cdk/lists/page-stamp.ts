import type { JsonObject } from '../protocol/json.ts';
import { newestStamp, type StampFields } from '../records/stamps.ts';
import type { Page } from './page.ts';

const known = new WeakMap<Page, number>();

/** The latest stamp among the rows of a page, -Infinity where none has one. Read once: it takes a part of a sync's time. */
export function pageStamp(page: Page, fields: StampFields): number {
  const before = known.get(page);
  if (before !== undefined) return before;
  const stamp = newestStamp(page.rows, fields);
  known.set(page, stamp);
  return stamp;
}

/** That of the rows of a page that are given out: mostly all of them. */
export function stampOfFresh(rows: readonly JsonObject[], page: Page, fields: StampFields): number {
  return rows.length === page.rows.length ? pageStamp(page, fields) : newestStamp(rows, fields);
}
