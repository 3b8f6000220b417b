/** Assumptions about the Delete Log. */
import { type JsonObject, toUtcTimestamp } from '../src/cdk/index.ts';
import { type FloatStream, STREAMS } from '../src/float/streams.ts';
import { rowsIn } from './account.ts';
import { type Assumption, judged, unseen } from './assumption.ts';
import { onAnswer } from './questions.ts';
import { jsonType } from './words.ts';

const LOGS = STREAMS.flatMap(({ deleteLog, ...stream }): FloatStream[] =>
  deleteLog === undefined ? [] : [{ ...stream, deleteLog, path: deleteLog, params: () => ({ limit: 500 }) }],
);

export const ON_DELETE_LOG: readonly Assumption[] = [
  {
    name: 'The Delete Log is offered',
    expected: 'a list of deletions',
    ifDifferent: 'Deleted rows of this stream stay in the destination until you refresh the stream.',
    ask: onAnswer(
      LOGS,
      (answer, log) => judged(rowsIn(answer, log) !== undefined, 'a list', 'no list'),
      () => 'different',
    ),
  },
  {
    name: 'Format of entries in the Delete Log',
    expected: 'id, of the type of the key, and timestamp',
    ifDifferent: 'The stream fails if the log has entries, or deletions are not recognised.',
    ask: onAnswer(LOGS, (answer, log) => {
      const rows = rowsIn(answer, log) ?? [];
      if (rows.length === 0) return unseen('nothing was deleted in the last 72 hours');
      const wrong = rows.map((row) => problemOf(row, log)).find((problem) => problem !== undefined);
      return judged(wrong === undefined, 'id and timestamp', wrong);
    }),
  },
  {
    name: 'The Delete Log says whether more entries follow',
    expected: 'X-Pagination-Has-More, and a cursor if it is true',
    ifDifferent: 'The connector reads the log until no new entries come, which takes up to three more requests.',
    ask: onAnswer(LOGS, ({ headers }) => {
      const hasMore = headers.get('x-pagination-has-more')?.toLowerCase();
      if (hasMore !== 'true' && hasMore !== 'false') return judged(false, 'not said');
      const isSaid = hasMore === 'false' || (headers.get('x-pagination-next-cursor') ?? '') !== '';
      return judged(isSaid, 'said', 'true, without a cursor');
    }),
  },
];

function problemOf({ id = null, timestamp }: JsonObject, { name }: FloatStream): string | undefined {
  const expected = name === 'logged_time' ? 'string' : 'integer';
  if (jsonType(id) !== expected) return `id is ${id === null ? 'missing' : `of the type ${jsonType(id)}`}`;
  const isTime = typeof timestamp === 'string' && toUtcTimestamp(timestamp) !== undefined;
  return isTime ? undefined : 'the timestamp cannot be read';
}
