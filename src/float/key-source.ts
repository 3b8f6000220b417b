import type { KeySource, ListAnswer } from '../cdk/changes/key-source.ts';
import type { HttpClient, Params } from '../cdk/http/client.ts';
import { statusOf } from '../cdk/http/failure.ts';
import { Expansions } from '../cdk/lists/expansions.ts';
import type { PageAnswer } from '../cdk/lists/page.ts';
import { type Walk, walkPages } from '../cdk/lists/page-walk.ts';
import { getPage } from './lists.ts';
import { getRow } from './single-row.ts';
import type { FloatStream } from './streams.ts';

/** Maximum number of complete readings of an unordered list. Two of them must agree. */
const READINGS_LIMIT = 3;

interface ListToCompare {
  readonly list: Pick<Walk, 'name' | 'keyOf' | 'isSortable' | 'log' | 'ahead' | 'perPage'>;
  readonly params: () => Params;
  readonly expansions: Expansions;
}

export function keySource(
  client: HttpClient,
  row: FloatStream,
  { list, params, expansions }: ListToCompare,
): KeySource {
  return {
    count: () => countRows(client, row, params(), list.log).catch(unlessRefused),
    readWhole: (onAnswer) => {
      const asked = { params: params(), expansions };
      return walkPages({
        ...list,
        filtered: false,
        readingsLimit: READINGS_LIMIT,
        getPage: async (window, signal) => withoutCounts(await getPage(client, row, asked, window, signal), onAnswer),
      });
    },
    getRow: (key) => getRow(client, row, key, expansions.accepted),
  };
}

/** Reads Total-Count from a page with one row, without expansions. */
async function countRows(client: HttpClient, row: FloatStream, params: Params, log: Walk['log']): Promise<ListAnswer> {
  const asked = { params, expansions: new Expansions({ name: row.name, expansions: [] }, log) };
  const answer = await getPage(client, row, asked, { page: 1, size: 1, start: 0 }, new AbortController().signal);
  if ('refusal' in answer) throw answer.refusal;
  // Some servers send no counts with an empty list.
  const { totalCount = answer.rows.length === 0 ? 0 : undefined, clocks } = answer;
  return { totalCount, clocks };
}

/** Removes the counts, because a wrong count must neither end nor prolong a reading that decides on deletions. */
function withoutCounts(answer: PageAnswer, onAnswer: (answer: ListAnswer) => void): PageAnswer {
  if ('refusal' in answer) return answer;
  onAnswer(answer);
  return { ...answer, totalCount: undefined, pageCount: undefined, perPage: undefined };
}

function unlessRefused(error: unknown): undefined {
  const status = statusOf(error);
  if (status === 400 || status === 404 || status === 422) return undefined;
  throw error;
}
