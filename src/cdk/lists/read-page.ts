import type { Answer } from '../http/client.ts';
import { RequestFailed } from '../http/failure.ts';
import type { JsonObject } from '../protocol/json.ts';
import type { PageAnswer } from './page.ts';

/** What an answer says of a page. A count that the API does not send is left out; a wrong one does no harm. */
export interface PageContent {
  readonly rows: JsonObject[];
  /** Rows of the whole list. */
  readonly totalCount?: number | undefined;
  /** Pages of the whole list. */
  readonly pageCount?: number | undefined;
  /** Rows that the server puts on each page but the last. */
  readonly perPage?: number | undefined;
}

/** Asks for page `number` of a list. A 404 or 422 from page 2 on may mean that there is no such page; the walk decides. */
export async function readPage(
  number: number,
  ask: () => Promise<Answer>,
  contentOf: (answer: Answer) => PageContent,
): Promise<PageAnswer> {
  let answer: Answer;
  try {
    answer = await ask();
  } catch (error) {
    if (number > 1 && isNoSuchPage(error)) return { refusal: error };
    throw error;
  }
  const { rows, totalCount, pageCount, perPage } = contentOf(answer);
  return { rows, totalCount, pageCount, perPage, clocks: answer.clocks };
}

/** A count as servers write it: `250`, `+250`, `250.0`; `250, 250` where the header was sent twice. */
export function wholeNumberIn(header: string | null): number | undefined {
  const parts = (header ?? '').split(',').map((part) => /^\s*\+?(\d+)(?:\.0*)?\s*$/.exec(part)?.[1]);
  const [number, ...others] = new Set(parts.map((digits) => (digits === undefined ? Number.NaN : Number(digits))));
  return others.length === 0 && Number.isSafeInteger(number) ? number : undefined;
}

function isNoSuchPage(error: unknown): error is RequestFailed {
  if (!(error instanceof RequestFailed) || error.outcome.kind !== 'status') return false;
  return error.outcome.status === 404 || error.outcome.status === 422;
}
