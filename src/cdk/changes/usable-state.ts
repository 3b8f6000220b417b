import type { JsonObject } from '../protocol/json.ts';
import type { ChangeReader } from './change-reader.ts';
import { type ChangeState, parseChangeState, type StatePart } from './change-state.ts';
import { CLOCK_TOLERANCE_MS } from './clock-difference.ts';

/** If one of these parts is not used, rows deleted since the last sync may stay in the destination. */
const LOSES_DELETIONS: readonly StatePart[] = ['deletionsSince', 'pendingDeletions', 'knownKeys'];

/**
 * The valid parts of a stored state. One WARN lists the invalid ones.
 *
 * A part is invalid if its value has an unknown form, or if its time is more than five minutes later than both clocks. Usually
 * our own clock decides. Only if a time is later than our own clock, one small request (`per-page=1`) gets the server's clock.
 * The times of key comparisons are checked by reasonToCompare() and mustWait().
 */
export async function usableState(stored: JsonObject | undefined, reader: ChangeReader): Promise<ChangeState> {
  if (stored === undefined) return {};
  const { name, log } = reader;
  const parsed = parseChangeState(stored);
  if (parsed === undefined) {
    log(
      'WARN',
      `${name}: the state has no part that this version of the connector knows, so the stream is read from the start.`,
    );
    return {};
  }
  const future = await futureParts(parsed.state, reader);
  const unused = [...parsed.unusable, ...future];
  if (unused.length > 0) log('WARN', warningOf(name, parsed.unusable, future));
  return Object.fromEntries(Object.entries(parsed.state).filter(([part]) => !unused.includes(part as StatePart)));
}

/**
 * The times in a state that must not be in the future. `newestRow` may be: it is the server's own stamp of a row. The times of
 * handled and pending deletions may be too: they are only compared with entries of the Delete Log.
 */
function timesOf({ modified, deletionsSince, readInProgress }: ChangeState): [StatePart, string | undefined][] {
  return [
    ['modified', modified],
    ['deletionsSince', deletionsSince],
    ['readInProgress', readInProgress?.startedAt],
  ];
}

async function futureParts(state: ChangeState, { now, askClocks }: ChangeReader): Promise<StatePart[]> {
  const laterThan = (time: number): StatePart[] =>
    timesOf(state)
      .filter(([, timestamp]) => timestamp !== undefined && Date.parse(timestamp) > time + CLOCK_TOLERANCE_MS)
      .map(([part]) => part);
  if (laterThan(now()).length === 0) return [];
  const { later } = await askClocks();
  return laterThan(Math.max(later, now()));
}

function warningOf(name: string, unusable: readonly StatePart[], future: readonly StatePart[]): string {
  const reasons = [
    ...unusable.map((part) => `${part} has an unknown format`),
    ...future.map((part) => `${part} is in the future`),
  ];
  const unused: readonly StatePart[] = [...unusable, ...future];
  const sentences = [`${name}: parts of the state are not used, because ${reasons.join(', and ')}.`];
  if (unused.includes('modified')) sentences.push('The stream is read from the start.');
  if (unused.some((part) => LOSES_DELETIONS.includes(part))) {
    sentences.push(
      'Rows deleted since the last sync may remain in the destination. To remove them, run "Refresh and remove records" for this stream.',
    );
  }
  return sentences.join(' ');
}
