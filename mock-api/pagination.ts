import { type Ask, readNumber } from './query.ts';

export type PastTheEnd = 'repeat' | 'empty';

export type PaginationHeaders = 'all' | 'none' | 'per-page-only';

export interface PageRequest {
  page: number;
  perPage: number;
}

export interface Page<T> {
  rows: readonly T[];
  total: number;
  count: number;
  current: number;
  perPage: number;
}

/** Values out of range are clamped. For per-page, this is assumed from Yii2. */
export const readPageRequest = (ask: Ask, largest: number): PageRequest => ({
  page: readNumber(ask, 'page', 1, Number.MAX_SAFE_INTEGER),
  perPage: Math.min(readNumber(ask, 'per-page', 50, 200), largest),
});

/**
 * Float does not document pages after the end. Its API behaves like a Yii2 application, which by default sends the last page again
 * (yiisoft/yii2 issue 11582).
 */
export function takePage<T>(rows: readonly T[], { page, perPage }: PageRequest, pastTheEnd: PastTheEnd): Page<T> {
  const count = Math.ceil(rows.length / perPage);
  const current = pastTheEnd === 'repeat' ? Math.min(page, Math.max(count, 1)) : page;
  return { rows: rows.slice((current - 1) * perPage, current * perPage), total: rows.length, count, current, perPage };
}

export function pageHeaders(page: Page<unknown>, which: PaginationHeaders): Record<string, string> {
  if (which === 'none') return {};
  const perPage = { 'x-pagination-per-page': String(page.perPage) };
  if (which === 'per-page-only') return perPage;
  return {
    'x-pagination-total-count': String(page.total),
    'x-pagination-page-count': String(page.count),
    'x-pagination-current-page': String(page.current),
    ...perPage,
  };
}

/** The count headers of a list with exactly the rows of this body; none if the body is not a list. */
export function onlyPageHeaders(body: string): Record<string, string> {
  const rows = listIn(body);
  if (rows === undefined) return {};
  return { 'x-pagination-total-count': String(rows.length), 'x-pagination-page-count': rows.length === 0 ? '0' : '1' };
}

function listIn(body: string): unknown[] | undefined {
  try {
    const parsed: unknown = JSON.parse(body);
    const rows = Array.isArray(parsed) ? parsed : (parsed as { data?: unknown } | null)?.data;
    return Array.isArray(rows) ? rows : undefined;
  } catch {
    return undefined;
  }
}
