import type { Answer } from '../http/client.ts';
import { RequestFailed } from '../http/failure.ts';
import type { JsonObject } from '../protocol/json.ts';
import type { PageAnswer } from './page.ts';

/** The content of a page. Omit a count that the API does not send; a wrong count is detected. */
export interface PageContent {
  readonly rows: JsonObject[];
  /** Number of rows in the whole list. */
  readonly totalCount?: number | undefined;
  /** Number of pages in the whole list. */
  readonly pageCount?: number | undefined;
  /** Number of rows on each page except the last. */
  readonly perPage?: number | undefined;
}

/**
 * Requests page `number` of a list. From page 2 on, a 404 or 422 is returned as NoSuchPage. It may mean the end of the list;
 * the walk decides whether it does. Other failures are thrown.
 */
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

/** Parses a count: `250`, `+250`, `250.0`, or `250, 250` if the header was sent twice. Undefined for anything else. */
export function wholeNumberIn(header: string | null): number | undefined {
  const parts = (header ?? '').split(',').map((part) => /^\s*\+?(\d+)(?:\.0*)?\s*$/.exec(part)?.[1]);
  const [number, ...others] = new Set(parts.map((digits) => (digits === undefined ? Number.NaN : Number(digits))));
  return others.length === 0 && Number.isSafeInteger(number) ? number : undefined;
}

function isNoSuchPage(error: unknown): error is RequestFailed {
  if (!(error instanceof RequestFailed) || error.outcome.kind !== 'status') return false;
  return error.outcome.status === 404 || error.outcome.status === 422;
}
