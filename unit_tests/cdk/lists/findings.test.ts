import { expect, test } from '@jest/globals';
import type { JsonObject } from '../../../src/cdk/index.ts';
import type { PageAnswer } from '../../../src/cdk/lists/page.ts';
import { walkPages } from '../../../src/cdk/lists/page-walk.ts';
import { ReadAhead } from '../../../src/cdk/lists/read-ahead.ts';
import type { Window } from '../../../src/cdk/lists/windows.ts';

/** The rows, or only their keys, and the counts of a page. */
type Shown = readonly [rows: readonly (number | JsonObject)[], totalCount?: number | undefined, pageCount?: number];

const PER_PAGE = 4;
const NOW = Date.UTC(2026, 5, 1, 12);

/** `request`: number of the request, from 1. `size`: rows requested. */
type Show = (page: number, request: number, size: number) => Shown;

/** Walks over a list of rows without stamps. */
async function walk(show: Show, { perPage, pagesLimit }: { perPage?: number; pagesLimit?: number } = {}) {
  const logged: string[] = [];
  const keys: unknown[] = [];
  let requests = 0;
  const getPage = async ({ page, size }: Window): Promise<PageAnswer> => {
    requests += 1;
    const [shown, totalCount, pageCount] = show(page, requests, size);
    const rows = shown.map((row) => (typeof row === 'number' ? { id: row } : row));
    return { rows, totalCount, pageCount, perPage, clocks: { earlier: NOW, later: NOW } };
  };
  const list = {
    name: 'rows',
    getPage,
    ahead: new ReadAhead(0),
    perPage: PER_PAGE,
    filtered: false,
    isSortable: true,
    keyOf: (row: Record<string, unknown>) => (typeof row.id === 'number' ? row.id : undefined),
    log: (level: string, sentence: string) => void logged.push(`${level} ${sentence}`),
    pagesLimit,
  };
  for await (const { rows } of walkPages(list)) keys.push(...rows.map(({ id }) => id));
  const linesOf = (level: string) => logged.filter((line) => line.startsWith(level));
  return { keys, requests, warnings: linesOf('WARN'), infos: linesOf('INFO') };
}

const listOf =
  (...pages: Shown[]) =>
  (page: number): Shown =>
    pages[page - 1] ?? [[], pages[0]?.[1]];

test.each<{ what: string; show: Show; warning: RegExp | undefined }>([
  {
    what: 'a repeated row does not replace a missing one',
    show: listOf([[9, 8], 6, 3], [[5, 4], 6, 3], [[6, 5], 6, 3]),
    warning: /promises 6 rows, but only 5 came/,
  },
  {
    what: 'a total that decreases still promises rows',
    show: (page) => [[[9], [7, 6], [5, 4]][page - 1] ?? [], Math.max(0, 8 - 2 * page), 3],
    warning: /promises 6 rows, but only 5 came/,
  },
  {
    what: 'a total counts even if a smaller one was wrong',
    show: listOf([[9, 8], 1], [[7, 6], 5]),
    warning: /promises 5 rows, but only 4 came/,
  },
  {
    what: 'without a total, repeated rows may hide missing ones',
    show: listOf([[9, 8]], [[8, 5]]),
    warning: /1 row came more than once; .* other rows may be missing/,
  },
  {
    what: 'without a total, the largest page count counts',
    show: (page) => [[[9, 8], [7], [5, 4, 3]][page - 1] ?? [], undefined, page < 3 ? 5 : 3],
    warning: /promises 5 pages, but only 3 came/,
  },
  {
    what: 'repeated rows are no reason if the total is reached',
    show: listOf([[9, 8], 3], [[8, 7], 3]),
    warning: undefined,
  },
])('$what', async ({ show, warning }) => {
  const { warnings } = await walk(show);
  const found = warnings.filter((line) => /came/.test(line) && !line.includes('ignored'));
  expect(found).toEqual(warning === undefined ? [] : [expect.stringMatching(warning)]);
});

test('page 1 of a list with one page is requested again if its total promises more rows', async () => {
  const whole = [9, 8, 7];
  const show = (page: number, request: number): Shown => [page > 1 ? [] : request === 1 ? whole.slice(1) : whole, 3, 1];
  const { keys, warnings } = await walk(show, { perPage: PER_PAGE });
  expect(new Set(keys)).toEqual(new Set(whole));
  expect(warnings).toEqual([]);
});

test.each<{ what: string; pageCount: (size: number) => number; isAlwaysOld: boolean }>([
  { what: 'both counts agree', pageCount: (size) => Math.ceil(10 / size), isAlwaysOld: false },
  { what: 'Page-Count is wrong', pageCount: () => 1, isAlwaysOld: false },
  { what: 'page 1 stays old', pageCount: () => 1, isAlwaysOld: true },
])(
  'page 1 of an ordered list is requested again if it came from an old cache: $what',
  async ({ pageCount, isAlwaysOld }) => {
    const list = [10, 9, 8, 7, 6, 5, 4, 3, 2, 1];
    const { keys, warnings } = await walk((page, request, size) => {
      const isOld = page === 1 && (request === 1 || isAlwaysOld);
      const shown = isOld ? list.slice(2) : list;
      return [shown.slice((page - 1) * size, page * size), 10, pageCount(size)];
    });
    expect(new Set(keys)).toEqual(new Set(isAlwaysOld ? list.slice(2) : list));
    const fewer = warnings.filter((line) => line.includes('promises 10 rows, but only 8 came'));
    expect(fewer).toHaveLength(isAlwaysOld ? 1 : 0);
  },
);

test.each([9, 22, 40])('counts of the rows read so far do not end an ordered list of %i rows', async (length) => {
  const list = Array.from({ length }, (_, index) => length - index);
  const { keys } = await walk((page, _, size) => {
    const end = Math.min(length, page * size);
    return [list.slice((page - 1) * size, end), end, Math.ceil(length / size) - 1];
  });
  expect(keys).toEqual(list);
});

test('a list that grows by a page at its top with each request fails', async () => {
  const show: Show = (page, request) => {
    const top = 2 * (request + 1);
    return [[top - 2 * (page - 1), top - 2 * (page - 1) - 1], top, top / 2];
  };
  await expect(walk(show, { pagesLimit: 300 })).rejects.toThrow(/^The list of rows does not end/);
});

test('a list that does not end fails at the maximum number of pages', async () => {
  let last = 0;
  const show: Show = (_, request) => {
    last = request;
    return [[2 * request, 2 * request + 1]];
  };
  await expect(walk(show, { pagesLimit: 50 })).rejects.toThrow(/^The list of rows has not ended after 50 pages/);
  expect(last).toBeLessThanOrEqual(51);
});

test('a list may have more pages if its first page promises them', async () => {
  const { keys } = await walk((page) => [page > 60 ? [] : [60 - page], 60], { pagesLimit: 50 });
  expect(keys).toHaveLength(60);
});

test.each<{ what: string; show: Show; infos: unknown[]; requests: number }>([
  {
    what: 'without counts and with the oldest row first',
    show: listOf([[1, 2, 3, 4]], [[5, 6, 7, 8]], [[9]]),
    infos: [expect.stringContaining('do not prove that the list was read completely, so it is read again')],
    requests: 8,
  },
  {
    what: 'if a row moved to another page',
    show: listOf([[1, 2, 3, 4]], [[4, 5, 6, 7]], [[8, 9]]),
    infos: [expect.stringContaining('the list may have changed while it was read, so it is read again')],
    requests: 8,
  },
  {
    what: 'not if the counts agree and the newest row is first',
    show: listOf([[9, 8, 7, 6], 9, 3], [[5, 4, 3, 2], 9, 3], [[1], 9, 3]),
    infos: [],
    requests: 3,
  },
])('the log says why a list is read twice: $what', async ({ show, infos, requests }) => {
  expect(await walk(show)).toMatchObject({ infos, requests });
});

test('counts of 0, as some servers send, are ignored with a warning', async () => {
  const { keys, warnings } = await walk((page) => [listOf([[4, 3, 2, 1]])(page)[0], 0, 0]);
  expect(keys).toEqual([4, 3, 2, 1]);
  const ignored =
    /Total-Count is 0, but 4 rows came\. That count is ignored, and the list is read until no new rows come\.$/;
  expect(warnings).toEqual([expect.stringMatching(ignored)]);
});

test('of two different rows with one key the first is used, and a warning says so', async () => {
  const { keys, warnings } = await walk(listOf([[9, 8], 3], [[{ id: 8, name: 'another name' }, 7], 3]));
  expect(keys).toEqual([9, 8, 7]);
  expect(warnings).toContainEqual(expect.stringMatching(/two different rows with the key/));
});

test.each<{ what: string; show: Show; says: RegExp }>([
  // Overwrite mode would empty the table.
  { what: 'promises rows, but has none', show: () => [[], 5], says: /page 1 of rows/ },
  {
    what: 'has page 1 for every page number',
    show: () => [[4, 3, 2, 1]],
    says: /page 1 of rows for every page number/,
  },
])('a list that $what fails', async ({ show, says }) => {
  await expect(walk(show)).rejects.toThrow(says);
});
