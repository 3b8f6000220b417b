import { expect, test } from '@jest/globals';
import type { PageAnswer } from '../../../src/cdk/lists/page.ts';
import { walkPages } from '../../../src/cdk/lists/page-walk.ts';
import { ReadAhead } from '../../../src/cdk/lists/read-ahead.ts';
import type { Window } from '../../../src/cdk/lists/windows.ts';

/** The rows and counts of one answer. */
type Shown = readonly [keys: readonly number[], totalCount?: number | undefined, pageCount?: number];

const PER_PAGE = 4;
const NOW = Date.UTC(2026, 5, 1, 12);

/** Walks over a list without stamps. `show`: the answer to request number `request`, from 1. */
async function walk(show: (page: number, request: number, size: number) => Shown, perPage?: number) {
  const logged: string[] = [];
  const keys: unknown[] = [];
  let requests = 0;
  const getPage = async ({ page, size }: Window): Promise<PageAnswer> => {
    requests += 1;
    const [shown, totalCount, pageCount] = show(page, requests, size);
    const rows = shown.map((id) => ({ id }));
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
    log: (level: string, sentence: string) => {
      logged.push(`${level} ${sentence}`);
    },
  };
  for await (const { rows } of walkPages(list)) keys.push(...rows.map(({ id }) => id));
  const linesOf = (level: string) => logged.filter((line) => line.startsWith(level));
  return { keys, requests, warnings: linesOf('WARN'), infos: linesOf('INFO') };
}

const listOf =
  (...pages: Shown[]) =>
  (page: number): Shown =>
    pages[page - 1] ?? [[], pages[0]?.[1]];

test.each<{ what: string; show: (page: number) => Shown; warning: RegExp | undefined }>([
  {
    what: 'a row that came twice does not stand in for one that is missing',
    show: listOf([[9, 8], 6, 3], [[5, 4], 6, 3], [[6, 5], 6, 3]),
    warning: /promises 6 rows, but only 5 came/,
  },
  {
    what: 'a total that changes from page to page still promises rows',
    show: (page) => [[[9], [7, 6], [5, 4]][page - 1] ?? [], Math.max(0, 8 - 2 * page), 3],
    warning: /promises 6 rows, but only 5 came/,
  },
  {
    what: 'a total counts although a smaller one was contradicted',
    show: listOf([[9, 8], 1], [[7, 6], 5]),
    warning: /promises 5 rows, but only 4 came/,
  },
  {
    what: 'without a total, rows that came twice may hide missing ones',
    show: listOf([[9, 8]], [[8, 5]]),
    warning: /1 row came more than once; .* other rows are missing/,
  },
  {
    what: 'without a total, a page count that was promised once',
    show: (page) => [[[9, 8], [7], [5, 4, 3]][page - 1] ?? [], undefined, page < 3 ? 5 : 3],
    warning: /promises 5 pages, but only 3 came/,
  },
  {
    what: 'rows that came twice beside all that the total promises',
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
  const { keys, warnings } = await walk(show, PER_PAGE);
  expect(new Set(keys)).toEqual(new Set(whole));
  expect(warnings).toEqual([]);
});

test.each<{ what: string; pageCount: (size: number) => number; isOldAlways: boolean }>([
  { what: 'both counts agree', pageCount: (size) => Math.ceil(10 / size), isOldAlways: false },
  { what: 'Page-Count is wrong', pageCount: () => 1, isOldAlways: false },
  { what: 'page 1 stays old', pageCount: () => 1, isOldAlways: true },
])(
  'page 1 of an ordered list that came from an old cache is requested again: $what',
  async ({ pageCount, isOldAlways }) => {
    const list = [10, 9, 8, 7, 6, 5, 4, 3, 2, 1];
    const { keys, warnings } = await walk((page, request, size) => {
      const isOld = page === 1 && (request === 1 || isOldAlways);
      const shown = isOld ? list.slice(2) : list;
      return [shown.slice((page - 1) * size, page * size), 10, pageCount(size)];
    });
    expect(new Set(keys)).toEqual(new Set(isOldAlways ? list.slice(2) : list));
    const fewer = warnings.filter((line) => line.includes('promises 10 rows, but only 8 came'));
    expect(fewer).toHaveLength(isOldAlways ? 1 : 0);
  },
);

test.each([9, 13, 17, 22, 31, 40])(
  'counts that grow with the rows read so far do not end an ordered list of %i rows',
  async (length) => {
    const list = Array.from({ length }, (_, index) => length - index);
    const { keys } = await walk((page, _, size) => {
      const end = Math.min(length, page * size);
      return [list.slice((page - 1) * size, end), end, Math.ceil(length / size) - 1];
    });
    expect(keys).toEqual(list);
  },
);

test.each<{ what: string; show: (page: number, request: number) => Shown; most: number }>([
  {
    what: 'grows by a page with each request, at its top',
    show: (page, request) => {
      const top = 2 * (request + 1);
      return [[top - 2 * (page - 1), top - 2 * (page - 1) - 1], top, top / 2];
    },
    most: 300,
  },
  {
    what: 'brings two new rows with each request',
    show: (_, request) => [[2 * request, 2 * request + 1]],
    most: 20_001,
  },
])('a list that $what fails', async ({ show, most }) => {
  let last = 0;
  const noted = (page: number, request: number): Shown => {
    last = request;
    return show(page, request);
  };
  await expect(walk(noted)).rejects.toThrow(/^The list of rows (has not ended after 20000 pages|does not end)/);
  expect(last).toBeLessThanOrEqual(most);
});

test('a list may have more than 20000 pages if its first page promises them', async () => {
  const total = 20_010;
  const { keys } = await walk((page) => [page > total ? [] : [total - page], total]);
  expect(keys).toHaveLength(total);
});

test.each<{ what: string; show: (page: number, request: number) => Shown; infos: unknown[]; requests: number }>([
  {
    what: 'no counts and the oldest row first: only a second reading shows that it stood still',
    show: listOf([[1, 2, 3, 4]], [[5, 6, 7, 8]], [[9]]),
    infos: [expect.stringContaining('counts do not show whether the list was read whole, so it is read again')],
    requests: 8,
  },
  {
    what: 'a row that moved to another page meanwhile',
    show: (page, request) =>
      listOf([[1, 2, 3, 4]], request > 1 ? [[4, 5, 6, 7]] : [[5, 6, 7, 8]], request > 1 ? [[8, 9]] : [[9]])(page),
    infos: [expect.stringContaining('the list may have changed while it was read, so it is read again')],
    requests: 8,
  },
  {
    what: 'counts that agree, and the newest row first: it is read once',
    show: listOf([[9, 8, 7, 6], 9, 3], [[5, 4, 3, 2], 9, 3], [[1], 9, 3]),
    infos: [],
    requests: 3,
  },
])('the log says why a list is read twice: $what', async ({ show, infos, requests }) => {
  expect(await walk(show)).toMatchObject({ infos, requests });
});
