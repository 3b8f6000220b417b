/** Assumptions about the Delete Log. */
import { type JsonObject, toUtcTimestamp } from '../src/cdk/index.ts';
import { type FloatStream, STREAMS } from '../src/float/streams.ts';
import { type Account, type Reply, rowsIn } from './account.ts';
import { type Assumption, type Finding, judged, notAsked, unseen } from './assumption.ts';
import { jsonType } from './words.ts';

const LIMIT = 500;

async function onLogs(account: Account, see: (stream: FloatStream, reply: Reply) => Finding): Promise<Finding[]> {
  const logs = STREAMS.flatMap((stream) =>
    stream.deleteLog === undefined ? [] : [{ stream, path: stream.deleteLog }],
  );
  return Promise.all(
    logs.map(async ({ stream, path }) => {
      const reply = await account.ask({ ...stream, path }, { limit: LIMIT });
      return reply.kind === 'failed' ? notAsked(reply.why, stream.name) : see(stream, reply);
    }),
  );
}

const offered: Assumption = {
  name: 'The Delete Log is offered',
  expected: 'a list of deletions',
  ifDifferent: 'Deleted rows of this stream stay in the destination: refresh it from time to time.',
  ask: (account) =>
    onLogs(account, ({ name }, reply) => {
      if (reply.kind === 'refused') return judged(false, `refused (${reply.status})`, name);
      const isList = reply.kind === 'answer' && rowsIn(reply.answer, { name, rowsIn: 'data' }) !== undefined;
      return judged(isList, isList ? 'a list' : 'no list', name);
    }),
};

const entries: Assumption = {
  name: 'Format of entries in the Delete Log',
  expected: 'id, of the type of the key, and timestamp',
  ifDifferent: 'The stream fails if the log has entries, or deletions are not recognised.',
  ask: (account) =>
    onLogs(account, (stream, reply) => {
      const { name } = stream;
      const rows = reply.kind === 'answer' ? (rowsIn(reply.answer, { name, rowsIn: 'data' }) ?? []) : [];
      if (rows.length === 0) return unseen('nothing was deleted in the last 72 hours', name);
      const wrong = rows.map((row) => problemOf(row, stream)).find((problem) => problem !== undefined);
      return judged(wrong === undefined, wrong ?? 'id and timestamp', name);
    }),
};

function problemOf({ id = null, timestamp }: JsonObject, { name }: FloatStream): string | undefined {
  const expected = name === 'logged_time' ? 'string' : 'integer';
  if (jsonType(id) !== expected) return `id is ${id === null ? 'missing' : `of the type ${jsonType(id)}`}`;
  const isTime = typeof timestamp === 'string' && toUtcTimestamp(timestamp) !== undefined;
  return isTime ? undefined : 'the timestamp cannot be read';
}

const more: Assumption = {
  name: 'The Delete Log says whether more follows',
  expected: 'X-Pagination-Has-More, and a cursor where it is true',
  ifDifferent: 'The connector reads the log until no new entries come, which takes up to three more requests.',
  ask: (account) =>
    onLogs(account, ({ name }, reply) => {
      if (reply.kind !== 'answer') return unseen('no log', name);
      const { headers } = reply.answer;
      const hasMore = headers.get('x-pagination-has-more')?.toLowerCase();
      if (hasMore !== 'true' && hasMore !== 'false') return judged(false, 'not said', name);
      const isSaid = hasMore === 'false' || (headers.get('x-pagination-next-cursor') ?? '') !== '';
      return judged(isSaid, isSaid ? 'said' : 'true, without a cursor', name);
    }),
};

export const ON_DELETE_LOG: readonly Assumption[] = [offered, entries, more];
