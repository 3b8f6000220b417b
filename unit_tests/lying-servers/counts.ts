/** How one pagination header is wrong. `of the page`: describes this page as if it were the whole list. */
export const LIES = [
  'right',
  'missing',
  'zero',
  'of the page',
  'one too few',
  'half',
  'one too many',
  'double',
  'counted from 0',
  'garbage',
  'negative',
  'changes with the page',
] as const;
export type Lie = (typeof LIES)[number];

export interface Counts {
  total: Lie;
  pages: Lie;
  currentPage: Lie;
  perPage: Lie;
}

/** What an honest server would send, and what it would send if this page were the whole list. */
export interface TrueCounts {
  total: number;
  pages: number;
  currentPage: number;
  perPage: number;
  rowsOnPage: number;
}

export const HEADERS = {
  total: 'x-pagination-total-count',
  pages: 'x-pagination-page-count',
  currentPage: 'x-pagination-current-page',
  perPage: 'x-pagination-per-page',
} as const satisfies Record<keyof Counts, string>;

/** The pagination headers of one answer. */
export function countHeaders(lies: Counts, truth: TrueCounts): Record<string, string> {
  const ofThePage = { total: truth.rowsOnPage, pages: 1, currentPage: 1, perPage: truth.rowsOnPage };
  const names = ['total', 'pages', 'currentPage', 'perPage'] as const;
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = headerValue(lies[name], truth[name], ofThePage[name], truth.currentPage);
      return value === undefined ? [] : [[HEADERS[name], `${value}`]];
    }),
  );
}

function headerValue(lie: Lie, right: number, ofThePage: number, page: number): number | string | undefined {
  return {
    right,
    missing: undefined,
    zero: 0,
    'of the page': ofThePage,
    'one too few': Math.max(0, right - 1),
    'counted from 0': Math.max(0, right - 1),
    half: Math.floor(right / 2),
    'one too many': right + 1,
    double: right * 2 + 1,
    garbage: 'many',
    negative: -right - 1,
    'changes with the page': right + page,
  }[lie];
}
