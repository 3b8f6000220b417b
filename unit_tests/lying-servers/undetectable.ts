import { HEADERS } from './counts.ts';
import type { Given } from './server.ts';

/**
 * Whether the answers that the connector was given could all come from a server that has no more rows: then no reader
 * can notice that some are missing, unless it reads every list twice. Judged by the answers, not by the description, so
 * that a reader that did not ask, or dropped rows that it was shown, is not excused. `missing`: keys of the rows that were
 * not delivered. `hasMoved`: whether the list changed between the answers.
 */
export function isUndetectable(given: readonly Given[], missing: readonly string[], hasMoved: boolean): boolean {
  const shown = new Set(given.flatMap(({ keys }) => keys));
  const all = answersOfList(given);
  const [first] = all;
  if (first === undefined || missing.some((key) => shown.has(key))) return false;
  const pages = all.filter(({ askedRows }) => askedRows === first.askedRows);
  const isStill = endsByCounts(pages) || overlapsEndByCounts(all, first) || endsByItself(all) || repeatsItself(pages);
  return isStill || (hasMoved && movesWithoutTrace(pages, first));
}

/** Without the question for the total (one row is asked for) and without the whole list that is read after it to compare keys. */
function answersOfList(given: readonly Given[]): readonly Given[] {
  const all = given.filter(({ askedRows }) => askedRows > 1);
  return all.filter(({ modifiedSince }) => modifiedSince === all[0]?.modifiedSince);
}

/**
 * Both counts agree with each other and with the rows received up to page k, on each page: the total is the number of rows,
 * k is the number of pages, and every page but the last is full.
 */
function endsByCounts(answers: readonly Given[]): boolean {
  const last = Math.max(...answers.map(({ page }) => page));
  const pages = Array.from({ length: last }, (_, index) =>
    answers.find(({ page, keys }) => page === index + 1 && keys.length > 0),
  );
  const size = pages[0]?.keys.length ?? 0;
  const received = pages.reduce((sum, page) => sum + (page?.keys.length ?? 0), 0);
  return pages.every((page, index) => {
    if (page === undefined) return false;
    const isFull = index === last - 1 ? page.keys.length <= size : page.keys.length === size;
    return isFull && count(page, 'total') === received && count(page, 'pages') === last;
  });
}

/** The same where pages of several sizes overlap, on a server that honours `per-page`. */
function overlapsEndByCounts(answers: readonly Given[], first: Given): boolean {
  const received = new Set(answers.flatMap(({ keys }) => keys)).size;
  if (first.keys.length !== first.askedRows) return false;
  return answers.every((answer) => {
    const pages = Math.ceil(received / answer.askedRows);
    return count(answer, 'total') === received && count(answer, 'pages') === pages;
  });
}

/**
 * A page beyond all rows is empty (emptied by hiding, or odd), or not there (from page 2 on 404 or 422, asked for twice), and no
 * count of any answer promises rows there.
 */
function endsByItself(answers: readonly Given[]): boolean {
  const offsetOf = ({ page, askedRows }: Given): number => (page - 1) * askedRows;
  const furthest = Math.max(-1, ...answers.filter(({ keys }) => keys.length > 0).map(offsetOf));
  return answers.some((answer) => {
    if (answer.keys.length > 0 || offsetOf(answer) <= furthest) return false;
    const sameSize = answers.filter(({ askedRows }) => askedRows === answer.askedRows);
    const there = sameSize.filter(({ page }) => page === answer.page);
    const isThere = answer.status === 200 || answer.status === 204;
    return (isThere || (answer.page > 1 && there.length > 1)) && !isPromised(answer.page, sameSize);
  });
}

/**
 * `page` has no effect, or so it seems: every further page repeats page 1. One row cannot be asked for in halves, and where the
 * total is what page 1 has, a repeated page is the last one.
 */
function repeatsItself(answers: readonly Given[]): boolean {
  const first = answers.find(({ page }) => page === 1)?.keys ?? [];
  const hasFurther = answers.some(({ page }) => page > 1);
  if (!hasFurther || !answers.every(({ keys }) => keys.join() === first.join())) return false;
  return (
    (first.length === 1 && !isPromised(2, answers)) ||
    answers.every((answer) => count(answer, 'total') === first.length)
  );
}

/**
 * Rows moved while the list was read to its last page, but nothing shows it: the counts are the same on each page or mean
 * nothing, no row came twice, and pages cannot overlap because the server has not shown that it honours `per-page`.
 */
function movesWithoutTrace(answers: readonly Given[], first: Given): boolean {
  if (first.keys.length === first.askedRows) return false;
  // Past the end a server may repeat a page, which is no trace of movement.
  const keysByPage = new Map(
    answers.filter(({ page, lastPage }) => page <= lastPage).map(({ page, keys }) => [page, keys]),
  );
  const lastPage = Math.max(...answers.map((answer) => answer.lastPage));
  const isReadToItsEnd = Array.from({ length: lastPage }, (_, index) => index + 1).every((page) =>
    keysByPage.has(page),
  );
  const keys = [...keysByPage.values()].flat();
  const isConstant = (['total', 'pages'] as const).every(
    (name) => new Set(answers.filter(({ status }) => status === 200).map((answer) => count(answer, name))).size === 1,
  );
  return isReadToItsEnd && isConstant && new Set(keys).size === keys.length;
}

/** Whether any answer says that page n has rows. The size of a page is Per-Page, unless the first page has more; else the rows of that page. */
function isPromised(page: number, answers: readonly Given[]): boolean {
  const first = answers.find(({ keys }) => keys.length > 0) ?? answers[0];
  const size = Math.max(first?.keys.length ?? 0, (first && count(first, 'perPage')) ?? 0);
  return answers.some((answer) => {
    const total = count(answer, 'total') ?? 0;
    return (count(answer, 'pages') ?? 0) >= page || total > (page - 1) * size;
  });
}

function count({ headers }: Given, name: keyof typeof HEADERS): number | undefined {
  const value = Number(headers[HEADERS[name]] ?? Number.NaN);
  return Number.isInteger(value) && value >= 0 ? value : undefined;
}
