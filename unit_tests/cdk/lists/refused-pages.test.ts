import { expect, test } from '@jest/globals';
import { walkPages } from '../../../src/cdk/lists/page-walk.ts';
import { ReadAhead } from '../../../src/cdk/lists/read-ahead.ts';

const NOW = Date.UTC(2026, 5, 1, 12);

/** Walks over pages of at most 4 rows. A page that is not given is refused (404). All pages promise 500 rows. */
async function walk(pages: readonly (readonly number[])[], filtered: boolean) {
  const keys: unknown[] = [];
  const warnings: string[] = [];
  let missed = false;
  const parts = walkPages({
    name: 'rows',
    getPage: async ({ page }) => {
      const rows = pages[page - 1]?.map((id) => ({ id }));
      const clocks = { earlier: NOW, later: NOW };
      return rows === undefined
        ? { refusal: new Error('404') }
        : { rows, totalCount: 500, pageCount: 125, perPage: 4, clocks };
    },
    ahead: new ReadAhead(0),
    perPage: 4,
    filtered,
    isSortable: true,
    keyOf: (row) => Number(row.id),
    log: (level, sentence) => {
      if (level === 'WARN') warnings.push(sentence);
    },
  });
  for await (const { rows, mayMissRows } of parts) {
    keys.push(...rows.map(({ id }) => id));
    missed ||= mayMissRows;
  }
  return { keys, warnings, missed };
}

test.each([
  { what: 'an empty page 1', pages: [[]] },
  { what: 'a short page 1', pages: [[9]] },
  { what: 'a short page 2', pages: [[9, 8, 7, 6], [5]] },
])('after $what, a refused page ends a filtered list whose counts include other rows', async ({ pages }) => {
  const { keys, warnings, missed } = await walk(pages, true);
  expect(keys).toEqual(pages.flat());
  expect(warnings).toContainEqual(expect.stringMatching(/page \d was (refused|empty) twice/));
  expect(missed).toBe(true);
  await expect(walk(pages, false)).rejects.toThrow();
});

test('after full pages, a refused page fails a filtered list too', async () => {
  await expect(walk([[9, 8, 7, 6]], true)).rejects.toThrow('404');
});
