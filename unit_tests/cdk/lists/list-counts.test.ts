import { expect, test } from '@jest/globals';
import { agreedTotal } from '../../../src/cdk/lists/list-counts.ts';

const CLOCKS = { earlier: 0, later: 0 };

test.each<{
  what: string;
  rows: number;
  counts: [total: number | undefined, pages?: number, perPage?: number];
  total?: number;
}>([
  { what: 'both counts agree', rows: 200, counts: [250, 2, 200], total: 250 },
  { what: 'the server caps its pages', rows: 50, counts: [250, 5], total: 250 },
  { what: 'an empty list has one page', rows: 0, counts: [0, 1], total: 0 },
  { what: 'an empty list has no page', rows: 0, counts: [0, 0], total: 0 },
  { what: 'only Total-Count exists', rows: 3, counts: [9], total: 9 },
  { what: 'only Page-Count exists', rows: 3, counts: [undefined, 3] },
  { what: 'Total-Count is that of the page', rows: 2, counts: [2, 5, 2] },
  { what: 'Page-Count is too small', rows: 200, counts: [250, 1, 200] },
])('the total that the first page proves: $what', ({ rows, counts: [totalCount, pageCount, perPage], total }) => {
  const page = { rows: Array.from({ length: rows }, () => ({})), totalCount, pageCount, perPage, clocks: CLOCKS };
  expect(agreedTotal(page, 200)).toBe(total);
});
