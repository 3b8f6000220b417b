import { json, type MockResponse, Refusal } from './answers.ts';
import type { Company, Deletion } from './company.ts';
import type { EndpointName } from './endpoints.ts';
import { type Ask, nameUnknown, readNumber } from './query.ts';

const KEPT_MS = 72 * 3600 * 1000;

/** Oldest first, of the last 72 h. With `repeats` some entries come twice: delivery is at least once. */
export function answerDeleted(name: EndpointName, company: Company, ask: Ask, repeats: boolean): MockResponse {
  nameUnknown(ask, ['cursor', 'limit']);
  const limit = readNumber(ask, 'limit', 50, 500);
  const entries = company.visibleDeletions(name);
  const delivered = repeats ? entries.flatMap(twice) : entries;
  const kept = delivered.findIndex(({ at }) => at >= company.now() - KEPT_MS);
  const start = Math.max(readCursor(ask), kept < 0 ? delivered.length : kept);
  const page = delivered.slice(start, start + limit);
  const end = start + page.length;
  return json(
    { data: page.map(({ id, at }) => ({ id, timestamp: new Date(at).toISOString() })) },
    {
      'x-pagination-next-cursor': writeCursor(end),
      'x-pagination-has-more': String(end < delivered.length),
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
    complain(`cursor=${text} was never given out`);
    throw new Refusal(400, 'Invalid cursor.');
  }
  return Number(position);
}
