import { type FloatStream, STREAMS } from '../src/float/streams.ts';
import type { Account, Page } from './account.ts';
import { type Finding, withoutPage } from './assumption.ts';

export const LISTS: readonly FloatStream[] = STREAMS.filter(({ kind }) => kind === 'list');

export const REPORTS: readonly FloatStream[] = STREAMS.filter(({ kind }) => kind === 'report');

/** Lists with incremental reads. */
export const CHANGING: readonly FloatStream[] = STREAMS.filter(({ cursorField }) => cursorField !== undefined);

export const named = (...names: readonly string[]): readonly FloatStream[] =>
  STREAMS.filter(({ name }) => names.includes(name));

/** One finding for each list, from its first page. */
export function onFirstPage(
  streams: readonly FloatStream[],
  see: (page: Page, account: Account) => Finding | Promise<Finding>,
): (account: Account) => Promise<readonly Finding[]> {
  return (account) =>
    Promise.all(
      streams.map(async (stream) => {
        const page = await account.firstPage(stream);
        return page.kind === 'page' ? see(page, account) : withoutPage(page, 'cannot be seen', stream.name);
      }),
    );
}
