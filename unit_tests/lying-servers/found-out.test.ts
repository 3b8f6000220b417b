import { expect, test } from '@jest/globals';
import { HEADERS } from './counts.ts';
import { cannotBeFoundOut } from './found-out.ts';
import type { Given } from './server.ts';

interface Shown {
  page: number;
  keys?: string;
  status?: number;
  asked?: number;
  total?: number;
  pages?: number;
  lastPage?: number;
}

/** Each letter of `keys` is a row. */
function given({ page, keys = '', status = 200, asked = 200, total, pages, lastPage = 9 }: Shown): Given {
  const told = [
    [HEADERS.total, total],
    [HEADERS.pages, pages],
  ] as const;
  const headers = Object.fromEntries(
    told.flatMap(([header, value]) => (value === undefined ? [] : [[header, String(value)]])),
  );
  return { page, lastPage, askedRows: asked, modifiedSince: undefined, status, keys: [...keys], headers };
}

const CASES: readonly [string, boolean, readonly Shown[], { hasMoved?: boolean }?][] = [
  ['no answer', false, []],
  ['page 1 without a count', false, [{ page: 1, keys: 'ab' }]],
  ['counts that agree with the rows', true, [{ page: 1, keys: 'ab', total: 2, pages: 1 }]],
  ['one of the two counts', false, [{ page: 1, keys: 'ab', total: 2 }]],
  ['counts that disagree', false, [{ page: 1, keys: 'ab', total: 2, pages: 2 }]],
  ['a total that is more than the rows', false, [{ page: 1, keys: 'ab', total: 3, pages: 1 }]],
  ['both of two pages', true, [1, 2].map((page) => ({ page, keys: `a${page}`, total: 4, pages: 2 }))],
  [
    'a total that changes',
    false,
    [
      { page: 1, keys: 'ab', total: 5, pages: 2 },
      { page: 2, keys: 'cd', total: 4, pages: 2 },
    ],
  ],
  [
    'a page that is not full before the last',
    false,
    [
      { page: 1, keys: 'ab', total: 5, pages: 3 },
      { page: 2, keys: 'c', total: 5, pages: 3 },
      { page: 3, keys: 'de', total: 5, pages: 3 },
    ],
  ],
  [
    'overlapping pages that add up',
    true,
    [
      { page: 1, keys: 'abcd', asked: 4, total: 5, pages: 2 },
      { page: 2, keys: 'de', asked: 3, total: 5, pages: 2 },
    ],
  ],
  ['an empty page 1', true, [{ page: 1 }]],
  ['an empty page 1 of a list with rows', false, [{ page: 1, total: 5 }]],
  ['an empty page 2', true, [{ page: 1, keys: 'ab' }, { page: 2 }]],
  ['an empty page 2 that the total promises', false, [{ page: 1, keys: 'ab', total: 3 }, { page: 2 }]],
  ['an empty page 2 that the page count promises', false, [{ page: 1, keys: 'ab', pages: 2 }, { page: 2 }]],
  ['an empty page 2 before page 3', false, [{ page: 1, keys: 'ab' }, { page: 2 }, { page: 3, keys: 'cd' }]],
  [
    'one 404',
    false,
    [
      { page: 1, keys: 'ab' },
      { page: 2, status: 404 },
    ],
  ],
  [
    'a 404 twice',
    true,
    [
      { page: 1, keys: 'ab' },
      { page: 2, status: 404 },
      { page: 2, status: 404 },
    ],
  ],
  [
    'a 404 of page 1',
    false,
    [
      { page: 1, status: 404 },
      { page: 1, status: 404 },
    ],
  ],
  ['page 1 again', false, [1, 2, 3].map((page) => ({ page, keys: 'ab' }))],
  ['page 1 again, of one row', true, [1, 2, 3].map((page) => ({ page, keys: 'a' }))],
  ['page 1 again, with its rows as the total', true, [1, 2].map((page) => ({ page, keys: 'ab', total: 2 }))],
  ['rows that moved unseen', true, [{ page: 1, keys: 'ab', lastPage: 1 }], { hasMoved: true }],
  [
    'rows that moved, one came twice',
    false,
    [1, 2].map((page) => ({ page, keys: `a${page}`, lastPage: 2 })),
    { hasMoved: true },
  ],
  ['rows that moved before the end was reached', false, [{ page: 1, keys: 'ab', lastPage: 2 }], { hasMoved: true }],
  ['rows that moved, pages can overlap', false, [{ page: 1, keys: 'ab', asked: 2, lastPage: 1 }], { hasMoved: true }],
];

test.each(CASES)('%s: excused %s', (_, isExcused, answers, { hasMoved = false } = {}) => {
  expect(cannotBeFoundOut(answers.map(given), ['z'], hasMoved)).toBe(isExcused);
});

test('a row that a response contained is never excused', () => {
  const answers = [given({ page: 1, keys: 'ab', total: 2, pages: 1 })];
  expect(cannotBeFoundOut(answers, ['z', 'b'], false)).toBe(false);
});
