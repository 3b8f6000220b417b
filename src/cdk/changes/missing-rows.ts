import { UnsettledList } from '../lists/unsettled-list.ts';
import { ConnectorError } from '../protocol/errors.ts';
import type { JsonObject } from '../protocol/json.ts';
import type { ChangeReader } from './change-reader.ts';
import { SINGLE_ROWS_LIMIT, type SingleRow } from './delete-log.ts';
import { keysToAsk, keysToTry, mayRemoveUnasked, type Settled } from './key-comparison.ts';
import type { KeySource, ListAnswer } from './key-source.ts';
import type { KeyState } from './key-state.ts';

/** Known keys that are missing from a whole reading of the list, and details of that reading. */
export interface Missing {
  readonly keys: readonly number[];
  /** Number of known keys. */
  readonly known: number;
  readonly read: ReadonlySet<number>;
  /** Whether this sync emitted a row that the reading lacks. */
  readonly hasStrays: boolean;
  /** All values of Total-Count in the reading. */
  readonly totals: ReadonlySet<number>;
  readonly onAnswer: (answer: ListAnswer) => void;
}

export interface Answers extends Settled {
  readonly gone: readonly number[];
  /** Rows that exist although the list does not contain them. */
  readonly livingRows: JsonObject[];
}

type List = Pick<ChangeReader, 'name' | 'log' | 'keyOf'> & { readonly source: KeySource };

const LATER = 'A later sync compares again.';

const NOT_SHOWN =
  "some rows of earlier syncs are missing from the list. The server's answers to requests for these rows do not show whether they exist, so they stay in the destination.";

/** The result if no row was requested. */
export function unanswered(settled: Partial<Settled> & Pick<Settled, 'offersSingleRows'>): Answers {
  return { gone: [], livingRows: [], isDecided: true, isPostponed: false, lastKeyAsked: undefined, ...settled };
}

/** Decides which of the missing rows were deleted. */
export async function settleMissing(list: List, missing: Missing, state: KeyState): Promise<Answers> {
  const { keys, read } = missing;
  const { offersSingleRows: learned, lastKeyAsked } = state;
  if (read.size === 0) {
    if (keys.length === 0) return unanswered({ offersSingleRows: learned });
    const answers = await (learned === true
      ? askOfEmptyList(list, keys, lastKeyAsked)
      : readAgain(list, missing, state));
    return { ...answers, offersSingleRows: learned };
  }
  // If no row is missing, only a later sync with an empty list needs to know whether the server offers single rows.
  if (keys.length === 0 && learned !== undefined) return unanswered({ offersSingleRows: learned });
  const offersSingleRows = await trySingleRows(list, keysToTry(read));
  if (keys.length === 0) return unanswered({ offersSingleRows });
  if (offersSingleRows === undefined) {
    list.log('WARN', `${list.name}: ${NOT_SHOWN} ${LATER}`);
    return unanswered({ isDecided: false, offersSingleRows: learned });
  }
  if (!offersSingleRows) return readAgain(list, missing, state);
  return { ...(await askForEach(list, keys, lastKeyAsked)), offersSingleRows };
}

/** Whether the server returns one of these rows on its own. Undefined if a request failed. */
export async function trySingleRows(list: List, keys: readonly number[]): Promise<boolean | undefined> {
  for (const key of keys) {
    const answer = await getRow(list, key);
    if (answer === undefined) return undefined;
    if (typeof answer === 'object') return true;
  }
  return false;
}

/**
 * A living row shows that the empty list is wrong. Then no row is removed in this sync, because requests for single rows may be
 * wrong too.
 */
async function askOfEmptyList(list: List, missing: readonly number[], lastKeyAsked: number | undefined) {
  const answers = await askForEach(list, missing, lastKeyAsked);
  if (answers.livingRows.length === 0 || answers.gone.length === 0) return answers;
  list.log(
    'WARN',
    `${list.name}: the server answered with an empty list, but still has rows of it if they are requested one by one. No row is removed from the destination. ${LATER}`,
  );
  return { ...answers, gone: [], isDecided: false, isPostponed: true };
}

async function askForEach(
  list: List,
  missing: readonly number[],
  lastKeyAsked: number | undefined,
): Promise<Omit<Answers, 'offersSingleRows'>> {
  const { keys, isRoundComplete } = keysToAsk(missing, lastKeyAsked);
  const first = await askOnce(list, keys);
  // A gateway may answer 404 once for a row that exists, so a second request must repeat it. If more than 50 rows were
  // requested and none of them exists, this cannot be an error of the gateway for a single request, and no second request is
  // needed.
  const isProved = 2 * keys.length > SINGLE_ROWS_LIMIT && first.livingRows.length === 0;
  const second = isProved ? undefined : await askOnce(list, first.gone);
  const hasFailed = first.hasFailed || second?.hasFailed === true;
  const unknown = first.unknown + (second?.unknown ?? 0);
  if (unknown > 0) {
    list.log('WARN', `${list.name}: ${NOT_SHOWN} ${LATER}`);
  }
  const hasAskedAll = isRoundComplete && !hasFailed;
  return {
    gone: (second ?? first).gone,
    livingRows: [...first.livingRows, ...(second?.livingRows ?? [])],
    isDecided: hasAskedAll && unknown === 0,
    isPostponed: !isRoundComplete && !hasFailed,
    lastKeyAsked: hasAskedAll ? undefined : first.last,
  };
}

/**
 * `last`: the last key that was requested. `hasFailed`: whether the request for this key failed. Later keys were not requested
 * then.
 */
async function askOnce(list: List, keys: readonly number[]) {
  const gone: number[] = [];
  const livingRows: JsonObject[] = [];
  let last: number | undefined;
  let unknown = 0;
  let hasFailed = false;
  for (const key of keys) {
    const answer = await getRow(list, key);
    last = key;
    if (answer === 'gone') gone.push(key);
    else if (typeof answer === 'object') livingRows.push(answer.row);
    else unknown += 1;
    // The client has already retried this request for minutes. The next ones would fail too.
    hasFailed = answer === undefined;
    if (hasFailed) break;
  }
  return { gone, livingRows, last, unknown, hasFailed };
}

/**
 * For servers without single rows: a row counts as deleted only if two whole readings lack it, and only if few rows are missing.
 */
async function readAgain(list: List, missing: Missing, state: KeyState): Promise<Answers> {
  const { name, log } = list;
  const { offersSingleRows: learned, lastKeyAsked } = state;
  const { keys, known, read, hasStrays, totals } = missing;
  const rows = { known, read: read.size, hasStrays, missing: keys.length, promised: Math.max(0, ...totals) };
  if (!mayRemoveUnasked(rows)) {
    log(
      'WARN',
      `${name}: ${keys.length} of ${known} rows of earlier syncs are missing from the list, and this server does not answer requests for single rows. These rows stay in the destination, because the list may be incomplete. If they were deleted, run "Refresh and remove records" for this stream.`,
    );
    return unanswered({ offersSingleRows: false });
  }
  const again = await keysOfReading(list, missing);
  const areEqual = again?.size === read.size && [...again].every((key) => read.has(key));
  if (areEqual) {
    // The two tested rows may be of a kind that the server does not return as single rows, for example archived ones.
    const showsMissing = await trySingleRows(list, keysToAsk(keys, undefined).keys);
    if (showsMissing === undefined) return unanswered({ isDecided: false, offersSingleRows: learned });
    if (showsMissing) return { ...(await askForEach(list, keys, lastKeyAsked)), offersSingleRows: true };
    return { ...unanswered({ offersSingleRows: false }), gone: keys };
  }
  log(
    'WARN',
    `${name}: rows of earlier syncs are missing from the list. It was read twice, with different results, so these rows stay in the destination. ${LATER}`,
  );
  // If a row that was requested for this test left the list before the second reading, it was deleted meanwhile. Its 404 does not
  // show whether the server answers requests for single rows.
  const haveStayed = keysToTry(read).every((key) => again?.has(key) ?? true);
  const offersSingleRows = haveStayed ? false : learned;
  return unanswered({ isDecided: false, isPostponed: true, offersSingleRows });
}

async function keysOfReading({ source, keyOf }: List, { onAnswer }: Missing): Promise<Set<number> | undefined> {
  const keys = new Set<number>();
  try {
    for await (const { rows } of source.readWhole(onAnswer)) {
      for (const row of rows) {
        const key = keyOf(row);
        if (typeof key === 'number') keys.add(key);
      }
    }
  } catch (error) {
    if (error instanceof UnsettledList) return undefined;
    throw error;
  }
  return keys;
}

/** Undefined if the request failed after all retries. Only a config_error, such as a refused token, is thrown. */
async function getRow({ source }: List, key: number): Promise<SingleRow | undefined> {
  try {
    return await source.getRow(key);
  } catch (error) {
    if (error instanceof ConnectorError && error.failureType !== 'config_error') return undefined;
    throw error;
  }
}
