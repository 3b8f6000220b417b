/** Assumptions about incremental reads. */
import { httpDateMs } from '../src/cdk/http/http-date.ts';
import { isObject, type JsonObject, toUtcTimestamp } from '../src/cdk/index.ts';
import { modifiedSince } from '../src/float/modified-since.ts';
import type { FloatStream } from '../src/float/streams.ts';
import { FIRST, keyOf, type Page } from './account.ts';
import { type Assumption, judged, unanswered, unseen } from './assumption.ts';
import { CHANGING, named, onAnswer, onFirstPage } from './questions.ts';

/** A larger difference means another time zone: the smallest offset from UTC is 30 minutes. */
const SAME_ZONE_MS = 14 * 60_000;
/** Tolerance for small clock differences. */
const TOLERANCE_MS = 5 * 60_000;

/** A key that looks like Float's but that no row has. */
const NO_SUCH_KEY = 2_147_483_640;

function stampIn(row: JsonObject): string | undefined {
  return typeof row.modified === 'string' ? toUtcTimestamp(row.modified) : undefined;
}

export const ON_CHANGES: readonly Assumption[] = [
  {
    name: '`modified_since` is inclusive',
    expected: 'a row changed in exactly that second is returned, and no older row',
    ifDifferent: 'Syncs miss changes in the same second as the cursor, or the filter has no effect.',
    ask: onFirstPage(CHANGING, async ({ stream, rows }, account) => {
      // This needs a stamp without a fraction, because the parameter has whole seconds.
      const stamps = rows
        .flatMap((row) => stampIn(row) ?? [])
        .filter((stamp) => stamp.length === 20 || stamp.endsWith('.000Z'));
      const since = stamps.toSorted().at(-1);
      if (since === undefined) return unseen('no row has a stamp of a whole second');
      const filter = { modified_since: modifiedSince(since, account.config.baseUrl) };
      const page = await account.page(stream, { ...FIRST, ...filter });
      if (page.kind === 'no answer') return unanswered(page, 'different');
      const found = page.rows.map(stampIn);
      if (found.some((stamp) => stamp !== undefined && stamp < since)) return judged(false, 'older rows too');
      return judged(found.includes(since), 'inclusive', 'exclusive');
    }),
  },
  {
    name: 'Stamps are UTC',
    expected: 'the newest stamp is not later than the Date header',
    ifDifferent: 'The cursor may be later than some changes, so syncs miss these changes.',
    ask: async (account) => {
      const pages = await Promise.all(CHANGING.map((stream) => account.firstPage(stream)));
      const ages = pages.flatMap((page) => (page.kind === 'page' ? agesOf(page) : []));
      const youngest = Math.min(...ages);
      if (youngest < -TOLERANCE_MS) return [judged(false, 'later than Date')];
      if (youngest < SAME_ZONE_MS) return [judged(true, 'just before Date')];
      const advice = 'change a row in Float and run the probe again. If the result is the same, the stamps are not UTC';
      return [unseen(`no row was changed in the last 15 minutes: ${advice}`)];
    },
  },
  {
    name: 'A single row can be requested by its key',
    expected: 'the row',
    ifDifferent: 'In streams without a Delete Log, deletions are found only by reading the list twice, or not at all.',
    // Streams with numeric keys, and one with a string key.
    ask: onFirstPage(named('people', 'projects', 'phases', 'logged_time'), async ({ stream, rows }, account) => {
      const key = rows[0] === undefined ? null : keyOf(rows[0], stream);
      if (typeof key !== 'number' && typeof key !== 'string') return unseen('the list is empty');
      const reply = await account.askStream(single(stream, key));
      if (reply.kind === 'no answer') return unanswered(reply, 'different');
      const { body } = reply.answer;
      const row = isObject(body) && isObject(body.data) ? body.data : body;
      return judged(isObject(row) && keyOf(row, stream) === key, 'the row', 'something else');
    }),
  },
  {
    name: 'A request for a row that does not exist answers 404',
    expected: '404 or 410',
    ifDifferent: 'Deleted rows of these lists stay in the destination.',
    ask: onAnswer(
      CHANGING.filter(({ comparesKeys }) => comparesKeys).map((stream) => single(stream, NO_SUCH_KEY)),
      () => judged(false, 'an answer'),
      ({ status }) => (status === 404 || status === 410 ? 'as expected' : 'different'),
    ),
  },
];

/** Age of each row's last change: the server's Date minus the row's stamp. */
function agesOf({ rows, answer }: Page): number[] {
  const now = httpDateMs(answer.headers.get('date'));
  const stamps = rows.flatMap((row) => stampIn(row) ?? []);
  return now === undefined ? [] : stamps.map((stamp) => now - Date.parse(stamp));
}

function single(stream: FloatStream, key: number | string): FloatStream {
  return { ...stream, path: `${stream.path}/${encodeURIComponent(key)}`, params: () => ({}) };
}
