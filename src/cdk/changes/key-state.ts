import type { JsonValue } from '../protocol/json.ts';
import { parseTimestamp } from '../records/timestamps.ts';
import { formatKeys, parseKeys } from './known-keys.ts';

/** The part of a state for following deletions by comparing keys. Instants are `YYYY-MM-DDThh:mm:ss[.fff]Z`. */
export interface KeyState {
  /** Keys of all rows that the destination may contain. The keys of a page are written before its rows are emitted. */
  readonly knownKeys?: ReadonlySet<number> | undefined;
  /** Known keys that were new in the last sync. A lagging replica may not have their rows yet. */
  readonly youngKeys?: ReadonlySet<number> | undefined;
  /** When the last of the young keys was read. */
  readonly youngKeysAt?: string | undefined;
  /**
   * Total-Count minus the number of known keys, at the last check. While it is unchanged, the connector assumes that no row was
   * deleted.
   */
  readonly countOffset?: number | undefined;
  /** Time of the last comparison that decided on all missing rows. */
  readonly comparedAt?: string | undefined;
  /** Set if the next sync must compare, whatever the counts say. */
  readonly comparing?: true | undefined;
  /** A due comparison does not start before this time. */
  readonly nextComparisonAt?: string | undefined;
  /** The last key whose row was requested. Absent if all missing keys have been requested. */
  readonly lastKeyAsked?: number | undefined;
  /** Number of comparisons in a row that found nothing, on a server whose counts contradict its rows. */
  readonly fruitlessComparisons?: number | undefined;
  /** Whether the server answers requests for single rows, according to the last comparison that tested it. */
  readonly offersSingleRows?: boolean | undefined;
  /** Set if the list has too many keys for a state, or keys that are not whole numbers. Then its deletions are not followed. */
  readonly hasTooManyKeys?: true | undefined;
}

type KeyParsers = { [Part in keyof Required<KeyState>]: (value: JsonValue) => KeyState[Part] };

/** Each parser returns undefined for a value that no version of this connector writes. */
export const KEY_PARSERS: KeyParsers = {
  knownKeys: parseText,
  youngKeys: parseText,
  youngKeysAt: parseTimestamp,
  countOffset: parseInteger,
  comparedAt: parseTimestamp,
  comparing: parseTrue,
  nextComparisonAt: parseTimestamp,
  lastKeyAsked: parseInteger,
  fruitlessComparisons: parseInteger,
  offersSingleRows: (value) => (typeof value === 'boolean' ? value : undefined),
  hasTooManyKeys: parseTrue,
};

function parseText(value: JsonValue): Set<number> | undefined {
  return typeof value === 'string' ? parseKeys(value) : undefined;
}

function parseInteger(value: JsonValue): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined;
}

function parseTrue(value: JsonValue): true | undefined {
  return value === true ? true : undefined;
}

/** The sets of keys as strings (see formatKeys). */
export function formatKeySets({ knownKeys, youngKeys }: KeyState): { knownKeys?: string; youngKeys?: string } {
  return {
    ...(knownKeys === undefined ? {} : { knownKeys: formatKeys(knownKeys) }),
    ...(youngKeys === undefined || youngKeys.size === 0 ? {} : { youngKeys: formatKeys(youngKeys) }),
  };
}

/** All members of KeyState. Absent members are undefined, so that they replace earlier values. */
export function keyStateOf(state: KeyState): { [Part in keyof Required<KeyState>]: KeyState[Part] } {
  return {
    knownKeys: state.knownKeys,
    youngKeys: state.youngKeys,
    youngKeysAt: state.youngKeysAt,
    countOffset: state.countOffset,
    comparedAt: state.comparedAt,
    comparing: state.comparing,
    nextComparisonAt: state.nextComparisonAt,
    lastKeyAsked: state.lastKeyAsked,
    fruitlessComparisons: state.fruitlessComparisons,
    offersSingleRows: state.offersSingleRows,
    hasTooManyKeys: state.hasTooManyKeys,
  };
}
