/** Assumptions about lists that the first page of each list shows. */
import type { JsonValue } from '../src/cdk/index.ts';
import { readProjectFile } from '../src/float/project-files.ts';
import { STREAMS } from '../src/float/streams.ts';
import { count, keyOf } from './account.ts';
import { type Assumption, judged, unanswered, unseen } from './assumption.ts';
import { LISTS, onFirstPage } from './questions.ts';
import { compared, jsonType } from './words.ts';

const HEADERS = ['total-count', 'page-count', 'current-page', 'per-page'] as const;
const METER = ['ratelimit-limit', 'ratelimit-remaining', 'ratelimit-reset'] as const;

export const ON_LISTS: readonly Assumption[] = [
  {
    name: 'The lists of every account exist',
    expected: 'each answers with a list',
    ifDifferent: 'The stream fails in every sync.',
    ask: onFirstPage(
      STREAMS.filter(({ isOptional }) => !isOptional),
      () => judged(true, 'a list'),
      // Time tracking can be switched off in the account.
      ({ status }, { deniedBecause }) =>
        status === 403 && deniedBecause !== undefined ? 'cannot be seen' : 'different',
    ),
  },
  {
    name: 'A list that the account does not have answers 404',
    expected: 'a list, or 404',
    ifDifferent: '`discover` offers the stream, but its sync fails. Deselect the stream.',
    ask: onFirstPage(
      LISTS.filter(({ isOptional }) => isOptional),
      () => judged(true, 'a list'),
      ({ status }) => (status === 404 ? 'as expected' : 'different'),
    ),
  },
  {
    name: 'A path that does not exist answers 404',
    expected: '404',
    ifDifferent: '`discover` cannot find out which streams the account does not have.',
    ask: async (account) => {
      const reply = await account.ask({ name: 'no such list', path: '/source-float-probe' }, { page: 1 });
      if (reply.kind === 'answer') return [judged(false, 'an answer')];
      return [unanswered(reply, reply.status === 404 ? 'as expected' : 'different')];
    },
  },
  {
    name: 'Every row has its key',
    expected: 'in each row, unique and of the declared type',
    ifDifferent: 'A row without a usable key fails its stream.',
    ask: onFirstPage(LISTS, async ({ stream, rows }) => {
      if (rows.length === 0) return unseen('the list is empty');
      const schema = await readProjectFile<{ properties: { id: { type: string } } }>(`schemas/${stream.name}.json`);
      const declared = schema.properties.id.type;
      const types = [...new Set(rows.map((row) => jsonType(keyOf(row, stream))))];
      if (types.join() !== declared)
        return judged(false, types.map((type) => (type === 'null' ? 'missing' : type)).join(', '));
      const [, within] = stream.primaryKey;
      const whole = rows.map((row) =>
        JSON.stringify([keyOf(row, stream), within === undefined ? null : (row[within] ?? null)]),
      );
      return judged(new Set(whole).size === rows.length, 'in each row', 'repeated');
    }),
  },
  {
    name: 'Order of keys',
    expected: 'descending',
    ifDifferent: 'No row is lost, but the list needs more requests if it changes during the read.',
    ask: onFirstPage(LISTS, ({ stream, rows }) => {
      const all = rows.map((row) => keyOf(row, stream));
      const seen = orderOf(all);
      return seen === undefined ? unseen('fewer than two rows') : judged(seen === 'descending', seen);
    }),
  },
  {
    name: 'Pagination headers',
    expected: 'Total-Count, Page-Count, Current-Page and Per-Page; an empty list may send Per-Page alone, or nothing',
    ifDifferent: 'No row is lost, but each list needs up to three more requests.',
    ask: onFirstPage(LISTS, ({ rows, answer }) => {
      const missing = HEADERS.filter((header) => count(answer, header) === undefined);
      if (missing.length === 0) return judged(true, 'all four');
      if (rows.length === 0) return unseen('the list is empty');
      return judged(false, `without ${missing.join(', ')}`);
    }),
  },
  {
    name: 'Counts agree with the rows',
    expected: 'Page-Count is Total-Count divided by the page size; a single page has Total-Count rows',
    ifDifferent: 'The counts of this list are ignored, so it needs up to three more requests.',
    ask: onFirstPage(LISTS, ({ rows, answer, total }) => {
      const [pages, size] = [count(answer, 'page-count'), count(answer, 'per-page')];
      if (total === undefined || pages === undefined || size === undefined) return unseen('headers are missing');
      const rowsExpected = Math.min(total, size);
      if (rows.length !== rowsExpected)
        return judged(false, `${compared(rows.length, rowsExpected)} rows than counted`);
      const wanted = Math.ceil(total / size);
      return judged(pages === wanted, 'they agree', `${compared(pages, wanted)} pages than counted`);
    }),
  },
  {
    name: 'Quota headers',
    expected: 'ratelimit-limit, ratelimit-remaining, ratelimit-reset',
    ifDifferent: 'The connector cannot see the usage of other programs and infers it from 429 responses.',
    ask: onFirstPage(LISTS, ({ answer: { headers } }) => {
      const missing = METER.filter((header) => headers.get(header) === null);
      return judged(missing.length === 0, 'all three', `without ${missing.join(', ')}`);
    }),
  },
  {
    name: 'The server sends its time',
    expected: 'a Date header',
    ifDifferent: "The cursor depends on this machine's clock alone.",
    ask: onFirstPage(LISTS, ({ answer: { headers } }) => {
      const isThere = Number.isFinite(Date.parse(headers.get('date') ?? ''));
      return judged(isThere, 'a Date header', 'no valid Date header');
    }),
  },
];

function orderOf(keys: readonly JsonValue[]): string | undefined {
  const pairs = keys.slice(1).map((key, index) => sign(keys[index] ?? null, key));
  if (!pairs.some((one) => one !== 0)) return undefined;
  if (pairs.every((one) => one <= 0)) return 'descending';
  return pairs.every((one) => one >= 0) ? 'ascending' : 'none';
}

function sign(one: JsonValue, next: JsonValue): number {
  if (one === next) return 0;
  return (typeof one === 'number' && typeof next === 'number') || (typeof one === 'string' && typeof next === 'string')
    ? Math.sign(Number(next > one) - 0.5)
    : Number.NaN;
}
