import { json, type MockResponse, Refusal } from './answers.ts';
import type { Company, Deletion } from './company.ts';
import type { EndpointName } from './endpoints.ts';
import { type Ask, nameUnknown, readNumber } from './query.ts';

const KEPT_MS = 72 * 3600 * 1000;

/** Faults of the Delete Log. In the last two, the older half of a page is never sent. */
export type LogFault =
  /** After the end, empty pages follow, each with a new cursor. */
  | 'empty pages without end'
  /** The first page is sent again and again, each time with a new cursor. */
  | 'first page without end'
  /** Every page has new entries, without end. */
  | 'new entries without end'
  /** Each page announces more, with the same cursor. */
  | 'same cursor'
  /** Each page announces more, without a cursor. */
  | 'no cursor';

/** Oldest first, of the last 72 h. If it `repeats`, some entries come twice: delivery is at least once. */
export function answerDeleted(
  name: EndpointName,
  company: Company,
  ask: Ask,
  { repeats, fault }: { repeats: boolean; fault: LogFault | undefined },
): MockResponse {
  nameUnknown(ask, ['cursor', 'limit']);
  const limit = readNumber(ask, 'limit', 50, 500);
  const entries = company.visibleDeletions(name);
  const delivered = repeats ? entries.flatMap(twice) : entries;
  const kept = delivered.findIndex(({ at }) => at >= company.now() - KEPT_MS);
  const cursor = readCursor(ask);
  const start = Math.max(cursor, kept < 0 ? delivered.length : kept);
  const page = delivered.slice(start, start + limit);
  const end = start + page.length;
  const beyond = writeCursor(Math.max(end, cursor) + 1);
  switch (fault) {
    case undefined:
      return answer(page, writeCursor(end), end < delivered.length);
    case 'empty pages without end':
      return answer(page, page.length > 0 ? writeCursor(end) : beyond, true);
    case 'first page without end':
      return answer(kept < 0 ? [] : delivered.slice(kept, kept + limit), beyond, true);
    case 'new entries without end': {
      const now = company.now();
      return answer([{ id: -1 - cursor, at: now + cursor, visibleAt: now }, ...page], beyond, true);
    }
    case 'same cursor':
      return answer(page.slice(page.length / 2), writeCursor(0), true);
    case 'no cursor':
      return answer(page.slice(page.length / 2), undefined, true);
  }
}

function answer(page: readonly Deletion[], cursor: string | undefined, hasMore: boolean): MockResponse {
  return json(
    { data: page.map(({ id, at }) => ({ id, timestamp: new Date(at).toISOString() })) },
    {
      ...(cursor === undefined ? {} : { 'x-pagination-next-cursor': cursor }),
      'x-pagination-has-more': String(hasMore),
    },
  );
}

const twice = (deletion: Deletion, n: number) => (n % 3 === 0 ? [deletion, deletion] : [deletion]);

const CURSOR = /^after:(\d{1,15})$/;

const writeCursor = (position: number): string => Buffer.from(`after:${position}`).toString('base64url');

function readCursor({ query, complain }: Ask): number {
  const text = query.get('cursor');
  if (text === null) return 0;
  const position = CURSOR.exec(Buffer.from(text, 'base64url').toString())?.[1];
  if (position === undefined) {
    complain(`cursor=${text} was never sent`);
    throw new Refusal(400, 'Invalid cursor.');
  }
  return Number(position);
}
