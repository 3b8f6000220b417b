/** Assumptions about pages after the first. */
import type { JsonValue } from '../src/cdk/index.ts';
import { PER_PAGE } from '../src/float/lists.ts';
import { type Account, keyOf, type Page } from './account.ts';
import { type Assumption, type Finding, judged, unanswered, unseen } from './assumption.ts';
import { LISTS } from './questions.ts';
import { compared } from './words.ts';

/** A small page size that does not divide the maximum page size. */
const SIZE = 3;

const keysOf = ({ rows, stream }: Pick<Page, 'rows' | 'stream'>): string[] =>
  rows.map((row): JsonValue => keyOf(row, stream)).map((key) => JSON.stringify(key));

/** The most suitable list: preferably one that seldom changes. */
async function firstThat(account: Account, suits: (page: Page) => boolean): Promise<Page | undefined> {
  const byRest = [...LISTS].sort((a, b) => Number(a.cursorField !== undefined) - Number(b.cursorField !== undefined));
  for (const stream of byRest) {
    const page = await account.firstPage(stream);
    if (page.kind === 'page' && suits(page)) return page;
  }
  return undefined;
}

export const ON_PAGES: readonly Assumption[] = [
  {
    name: 'A page past the end',
    expected: 'empty, the last page again, 404 or 422',
    ifDifferent: 'Lists without counts may be read endlessly, or fail.',
    ask: async (account) => {
      const last = await firstThat(account, ({ rows }) => rows.length > 0 && rows.length < PER_PAGE);
      if (last === undefined) return [unseen('no list fits into one page')];
      const next = await account.page(last.stream, { page: 2, 'per-page': PER_PAGE });
      if (next.kind === 'no answer') {
        const isEnd = next.status === 404 || next.status === 422;
        return [unanswered(next, isEnd ? 'as expected' : 'different')];
      }
      if (next.rows.length === 0) return [judged(true, 'empty')];
      const isSame = keysOf(next).join() === keysOf(last).join();
      return [judged(isSame, 'the last page again', 'other rows')];
    },
  },
  {
    name: '`per-page` below the maximum',
    expected: 'pages of exactly that size, with the rows in the same order',
    ifDifferent: 'A list that changes during a read is read twice, to detect moved rows.',
    ask: async (account) => {
      const first = await firstThat(account, ({ rows }) => rows.length > SIZE);
      if (first === undefined) return [unseen('no list has more than three rows')];
      return [await cutAt(first, account)];
    },
  },
];

async function cutAt(first: Page, account: Account): Promise<Finding> {
  const page = await account.page(first.stream, { page: 2, 'per-page': SIZE });
  if (page.kind === 'no answer') return unanswered(page, 'different');
  const wanted = keysOf(first).slice(SIZE, 2 * SIZE);
  const found = keysOf(page);
  if (found.length !== wanted.length)
    return judged(false, `${compared(found.length, wanted.length)} rows than asked for`);
  return judged(found.join() === wanted.join(), 'as asked for', 'other rows');
}
