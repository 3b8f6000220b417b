import { type ListPosition, parseListPosition } from '../lists/position.ts';
import { isObject, type JsonObject, type JsonValue } from '../protocol/json.ts';
import { parseTimestamp } from '../records/timestamps.ts';
import type { Deletion } from './delete-log.ts';
import { toTimestamp } from './instants.ts';
import { formatKeySets, KEY_PARSERS, type KeyState } from './key-state.ts';

/** State of a stream that is read incrementally. Instants are `YYYY-MM-DDThh:mm:ss[.fff]Z`. */
export interface ChangeState extends KeyState {
  /** The cursor: the next read requests rows modified at or after it. Absent until the first read is complete. */
  readonly modified?: string | undefined;
  /**
   * The newest stamp of all rows ever read. Unlike the cursor, it has no upper limit, because a tombstone's `modified` must not
   * be earlier than this stamp.
   */
  readonly newestRow?: string | undefined;
  /** The log position: older entries are ignored. Absent if the stream has no Delete Log. */
  readonly deletionsSince?: string | undefined;
  /** Entries after the log position that need no further tombstone. */
  readonly handledDeletions?: readonly Deletion[] | undefined;
  /** Entries of rows that the list still contained. The next read decides whether these rows were deleted. */
  readonly pendingDeletions?: readonly Deletion[] | undefined;
  /** An incremental read that is not complete. */
  readonly readInProgress?: ReadInProgress | undefined;
}

export interface ReadInProgress {
  /** When the first attempt of the read began, by the earlier clock. */
  readonly startedAt: string;
  /** The read requests rows modified at or after this instant. Absent: all rows. */
  readonly since?: string | undefined;
  /** The newest stamp of the rows that the read emitted. */
  readonly newestRow?: string | undefined;
  /** The position in the list up to which the read emitted the rows. */
  readonly position?: ListPosition | undefined;
}

export type StatePart = keyof ChangeState;

export interface ParsedState {
  readonly state: ChangeState;
  /** Parts with a value that no version of this connector writes. */
  readonly unusable: readonly StatePart[];
}

/** Version 0.1 set the log position two minutes before the start of the read. Now it is an hour before. */
const OLD_POSITION_IS_LATER_BY_MS = 58 * 60_000;

/**
 * Members that have other names in a state of version 0.1. Its cursor has the same name and meaning. A read that version 0.1
 * began starts over.
 */
const OLD_MEMBERS = { position: 'deletions', readInProgress: 'reading' } as const;

/**
 * An incremental read accepts a state with this member but does not use it, because it cannot continue an interrupted full
 * refresh.
 */
const FULL_REFRESH_MEMBER = 'fullRefreshInProgress';

type Parsers = { [Part in keyof Required<ChangeState>]: (value: JsonValue) => ChangeState[Part] };

const PARSERS: Parsers = {
  modified: parseTimestamp,
  newestRow: parseTimestamp,
  deletionsSince: parseTimestamp,
  handledDeletions: parseDeletions,
  pendingDeletions: parseDeletions,
  readInProgress: parseReadInProgress,
  ...KEY_PARSERS,
};

const PARTS = Object.keys(PARSERS) as StatePart[];

/** Undefined for an object without any member that this connector writes. */
export function parseChangeState(stored: JsonObject): ParsedState | undefined {
  const members = withoutOldNames(stored);
  const present = PARTS.filter((part) => !isAbsent(members[part]));
  const others = [FULL_REFRESH_MEMBER, ...Object.values(OLD_MEMBERS)];
  if (present.length === 0 && others.every((name) => isAbsent(stored[name]))) return undefined;
  const parsed = present.map((part) => [part, PARSERS[part](members[part] ?? null)] as const);
  return {
    state: Object.fromEntries(parsed.filter(([, value]) => value !== undefined)),
    unusable: parsed.filter(([, value]) => value === undefined).map(([part]) => part),
  };
}

function withoutOldNames(stored: JsonObject): JsonObject {
  const position = stored[OLD_MEMBERS.position];
  if (isAbsent(position) || !isAbsent(stored.deletionsSince)) return stored;
  const timestamp = parseTimestamp(position);
  const since = timestamp === undefined ? '' : toTimestamp(Date.parse(timestamp) - OLD_POSITION_IS_LATER_BY_MS);
  return { ...stored, deletionsSince: since };
}

function parseDeletions(value: JsonValue): Deletion[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const deletions = value.map(parseDeletion).filter((deletion) => deletion !== undefined);
  return deletions.length === value.length ? deletions : undefined;
}

function parseDeletion(value: JsonValue): Deletion | undefined {
  if (!Array.isArray(value)) return undefined;
  const [key, time] = value;
  if ((typeof key !== 'number' && typeof key !== 'string') || typeof time !== 'number') return undefined;
  return { key, time };
}

function parseReadInProgress(value: JsonValue): ReadInProgress | undefined {
  if (!isObject(value)) return undefined;
  const { startedAt, since, newestRow } = value;
  const parsed = {
    startedAt: parseTimestamp(startedAt),
    since: parseTimestamp(since),
    newestRow: parseTimestamp(newestRow),
    position: parseListPosition(value.position),
  };
  const isWhole = Object.entries(parsed).every(([name, member]) => member !== undefined || isAbsent(value[name]));
  return isWhole && parsed.startedAt !== undefined ? { ...parsed, startedAt: parsed.startedAt } : undefined;
}

function isAbsent(value: JsonValue | undefined): boolean {
  return value === undefined || value === null;
}

/** Writes deletions as pairs of key and epoch milliseconds, to keep the state small after a mass deletion. */
export function formatChangeState(state: ChangeState): JsonObject {
  const { handledDeletions, pendingDeletions, knownKeys, youngKeys, ...rest } = state;
  return JSON.parse(
    JSON.stringify({
      ...rest,
      handledDeletions: pairs(handledDeletions),
      pendingDeletions: pairs(pendingDeletions),
      ...formatKeySets({ knownKeys, youngKeys }),
    }),
  );
}

function pairs(deletions: readonly Deletion[] | undefined): [number | string, number][] | undefined {
  return deletions?.length ? deletions.map(({ key, time }) => [key, time]) : undefined;
}

/** State of an interrupted full refresh. */
export interface FullRefreshInProgress {
  readonly startedAt: string;
  readonly position: ListPosition;
}

export function parseFullRefresh(stored: JsonObject | undefined): FullRefreshInProgress | undefined {
  const { startedAt, position } = parseReadInProgress(stored?.[FULL_REFRESH_MEMBER] ?? null) ?? {};
  return startedAt === undefined || position === undefined ? undefined : { startedAt, position };
}

export function formatFullRefresh(progress: FullRefreshInProgress): JsonObject {
  return JSON.parse(JSON.stringify({ [FULL_REFRESH_MEMBER]: progress }));
}
