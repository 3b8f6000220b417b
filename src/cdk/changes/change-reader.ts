import type { Clocks } from '../http/clocks.ts';
import type { Keyed } from '../lists/keys.ts';
import type { Part } from '../lists/page-walk.ts';
import type { Resume } from '../lists/position.ts';
import type { LogLevel } from '../protocol/messages.ts';
import type { DeleteLogSource } from './delete-log.ts';
import type { KeySource } from './key-source.ts';

/** What the change reader needs from its caller. */
export interface ChangeReader {
  readonly name: string;
  readonly nativeKey: string;
  /** Undefined for a row without a usable key. */
  readonly keyOf: Keyed['keyOf'];
  readonly log: (level: LogLevel, sentence: string) => void;
  /** Our own clock, epoch milliseconds. */
  readonly now: () => number;
  /** The current time by the server's clock and by our own, from one small request. */
  readonly askClocks: () => Promise<Clocks>;
  /** Called with the clocks from which a cursor or a log position is derived. */
  readonly noteClocks: (clocks: Clocks) => void;
  /** Walks over the rows modified at or after `since`, or over all rows if `since` is undefined. */
  readonly walk: (since: string | undefined, resume: Resume | undefined) => AsyncIterable<Part>;
  /** Undefined if the API has no log of deleted rows. */
  readonly deleteLog: DeleteLogSource | undefined;
  /** Set if deletions are found by comparing keys, because there is no Delete Log. */
  readonly keys: KeySource | undefined;
}
