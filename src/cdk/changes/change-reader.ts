import type { Clocks } from '../http/clocks.ts';
import type { Part } from '../lists/page-walk.ts';
import type { ListPosition } from '../lists/position.ts';
import type { LogLevel } from '../protocol/messages.ts';
import type { DeleteLogSource } from './delete-log.ts';
import type { KeySource } from './key-source.ts';

/** Where an interrupted walk of the same list stood, and when it began (epoch milliseconds, by the earlier clock). */
export interface Resume {
  readonly position: ListPosition;
  readonly startedAt: number;
}

/** What reading a list needs of the outside. */
export interface ChangeReader {
  readonly name: string;
  readonly nativeKey: string;
  readonly log: (level: LogLevel, sentence: string) => void;
  /** Our own clock, epoch milliseconds. */
  readonly now: () => number;
  /** The moment by two clocks, from one small request. */
  readonly askClocks: () => Promise<Clocks>;
  /** Called with the clocks that a cursor or a log position goes by. */
  readonly noteClocks: (clocks: Clocks) => void;
  /** Parts of the list of rows modified since an instant; of all rows without one. */
  readonly walk: (since: string | undefined, resume: Resume | undefined) => AsyncIterable<Part>;
  /** Absent where the API keeps no log of deleted rows. */
  readonly deleteLog: DeleteLogSource | undefined;
  /** Present where deletions are found by comparing keys, for want of a Delete Log. */
  readonly keys: KeySource | undefined;
}
