import { UnsettledList } from '../lists/unsettled-list.ts';
import { ConnectorError } from '../protocol/errors.ts';
import type { JsonObject } from '../protocol/json.ts';
import type { ChangeReader } from './change-reader.ts';
import type { SingleRow } from './delete-log.ts';
import { keysToAsk, keysToTry, mayRemoveUnasked, type Settled } from './key-comparison.ts';
import type { KeySource, ListAnswer } from './key-source.ts';
import type { KeyState } from './key-state.ts';

/** Known keys that a whole reading of the list lacks, and what is known of that reading. */
export interface Missing {
  readonly keys: readonly number[];
  /** How many keys are known. */
  readonly known: number;
  readonly read: ReadonlySet<number>;
  /** Whether this sync delivered a row that the reading lacks. */
  readonly hasStrays: boolean;
  /** Every Total-Count of the reading. */
  readonly totals: ReadonlySet<number>;
  readonly onAnswer: (answer: ListAnswer) => void;
}

export interface Answers extends Settled {
  readonly gone: readonly number[];
  /** Rows that exist, though the list lacks them. */
  readonly livingRows: JsonObject[];
}

type List = Pick<ChangeReader, 'name' | 'log'> & { readonly source: KeySource };

const LATER = 'A later sync compares again.';

/** Where nothing was found out. */
export function unanswered(settled: Partial<Settled> & Pick<Settled, 'offersSingleRows'>): Answers {
  return { gone: [], livingRows: [], isDecided: true, isPostponed: false, lastKeyAsked: undefined, ...settled };
}

/** Finds out which of the missing rows are gone. */
export async function settleMissing(list: List, missing: Missing, state: KeyState): Promise<Answers> {
  const { keys, read } = missing;
  const { offersSingleRows: learned, lastKeyAsked } = state;
  if (read.size === 0) {
    if (keys.length === 0) return unanswered({ offersSingleRows: learned });
    const answers =
      learned === true ? await askForEach(list, keys, lastKeyAsked) : await readAgain(list, missing, state);
    return { ...answers, offersSingleRows: learned };
  }
  // With no row missing, the question is only for the day on which the list is empty.
  if (keys.length === 0 && learned !== undefined) return unanswered({ offersSingleRows: learned });
  const offersSingleRows = await trySingleRows(list, keysToTry(read));
  if (keys.length === 0) return unanswered({ offersSingleRows });
  if (offersSingleRows === undefined) return unanswered({ isDecided: false, offersSingleRows: learned });
  if (!offersSingleRows) return readAgain(list, missing, state);
  return { ...(await askForEach(list, keys, lastKeyAsked)), offersSingleRows };
}

/** Whether the server shows one of these rows alone. Undefined where a request failed, so that nobody knows. */
export async function trySingleRows(list: List, keys: readonly number[]): Promise<boolean | undefined> {
  for (const key of keys) {
    const answer = await getRow(list, key);
    if (answer === undefined) return undefined;
    if (typeof answer === 'object') return true;
  }
  return false;
}

async function askForEach(
  list: List,
  missing: readonly number[],
  lastKeyAsked: number | undefined,
): Promise<Omit<Answers, 'offersSingleRows'>> {
  const { keys, isRoundComplete } = keysToAsk(missing, lastKeyAsked);
  const gone: number[] = [];
  const livingRows: JsonObject[] = [];
  let last: number | undefined;
  let unknown = 0;
  let hasFailed = false;
  for (const key of keys) {
    const answer = await askTwiceIfGone(list, key);
    last = key;
    if (answer === 'gone') gone.push(key);
    else if (typeof answer === 'object') livingRows.push(answer.row);
    else unknown += 1;
    // That request was sent several times over minutes: the next ones would fail too.
    hasFailed = answer === undefined;
    if (hasFailed) break;
  }
  if (unknown > 0) {
    list.log(
      'WARN',
      `${list.name}: the list lacks rows of which the server does not say whether they exist. They are kept. ${LATER}`,
    );
  }
  const hasAskedAll = isRoundComplete && !hasFailed;
  return {
    gone,
    livingRows,
    isDecided: hasAskedAll && unknown === 0,
    isPostponed: !isRoundComplete && !hasFailed,
    lastKeyAsked: hasAskedAll ? undefined : last,
  };
}

/** A gateway may answer a single 404 for a row that exists, so only one that a second request repeats counts. */
async function askTwiceIfGone(list: List, key: number): Promise<SingleRow | undefined> {
  const answer = await getRow(list, key);
  return answer === 'gone' ? getRow(list, key) : answer;
}

/** For servers that cannot be asked for single rows: only what two whole readings lack is gone, and only a few rows. */
async function readAgain(list: List, missing: Missing, state: KeyState): Promise<Answers> {
  const { name, log } = list;
  const { offersSingleRows: learned, lastKeyAsked } = state;
  const { keys, known, read, hasStrays, totals } = missing;
  const rows = { known, read: read.size, hasStrays, missing: keys.length, promised: Math.max(0, ...totals) };
  if (!mayRemoveUnasked(rows)) {
    log(
      'WARN',
      `${name}: the list lacks ${keys.length} of ${known} rows that were delivered before, and this server does not answer requests for single rows. They are kept, since the list may be wrong. If they were deleted, run "Refresh and remove records" for this stream.`,
    );
    return unanswered({ offersSingleRows: false });
  }
  const again = await keysOfReading(list, missing);
  const areEqual = again?.size === read.size && [...again].every((key) => read.has(key));
  if (areEqual) {
    // The rows tried may be of a kind that the server does not show alone, such as archived ones.
    const showsMissing = await trySingleRows(list, keysToAsk(keys, undefined).keys);
    if (showsMissing === undefined) return unanswered({ isDecided: false, offersSingleRows: learned });
    if (showsMissing) return { ...(await askForEach(list, keys, lastKeyAsked)), offersSingleRows: true };
    return { ...unanswered({ offersSingleRows: false }), gone: keys };
  }
  log('WARN', `${name}: two readings of the list differ, so rows that it lacks are kept. ${LATER}`);
  // That a row which has left meanwhile answers 404 shows nothing of the server.
  const haveStayed = keysToTry(read).every((key) => again?.has(key) ?? true);
  const offersSingleRows = haveStayed ? false : learned;
  return unanswered({ isDecided: false, isPostponed: true, offersSingleRows });
}

async function keysOfReading({ source }: List, { onAnswer }: Missing): Promise<Set<number> | undefined> {
  const keys = new Set<number>();
  try {
    for await (const { rows } of source.readWhole(onAnswer)) {
      for (const row of rows) {
        const key = source.keyOf(row);
        if (typeof key === 'number') keys.add(key);
      }
    }
  } catch (error) {
    if (error instanceof UnsettledList) return undefined;
    throw error;
  }
  return keys;
}

/** Undefined where the request failed for good. Only a refused token fails the stream. */
async function getRow({ source }: List, key: number): Promise<SingleRow | undefined> {
  try {
    return await source.getRow(key);
  } catch (error) {
    if (error instanceof ConnectorError && error.failureType !== 'config_error') return undefined;
    throw error;
  }
}
