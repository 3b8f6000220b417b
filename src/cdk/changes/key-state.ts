import type { JsonValue } from '../protocol/json.ts';
import { toUtcTimestamp } from '../records/timestamps.ts';
import { formatKeys, parseKeys } from './known-keys.ts';

/** The part of a state that finds deletions by comparing keys. Instants are `YYYY-MM-DDThh:mm:ss[.fff]Z`. */
export interface KeyState {
  /** Keys of all rows that the destination may hold. A page's keys are written before its rows leave. */
  readonly knownKeys?: ReadonlySet<number> | undefined;
  /** Known keys that were new to the last sync, so that a replica that lags may not have their rows yet. */
  readonly youngKeys?: ReadonlySet<number> | undefined;
  /** When the last of the young keys was met. */
  readonly youngKeysAt?: string | undefined;
  /** Total-Count less the number of known keys, at the last check. As long as it stays, no row was deleted. */
  readonly countOffset?: number | undefined;
  /** When the last comparison took place that left no question open. */
  readonly comparedAt?: string | undefined;
  /** Whether the next sync compares, whatever the counts say. */
  readonly comparing?: true | undefined;
  /** A comparison that is due waits until then. */
  readonly nextComparisonAt?: string | undefined;
  /** The last key whose single row was asked for, as long as a round over the missing keys is not complete. */
  readonly lastKeyAsked?: number | undefined;
  /** Comparisons in a row that found nothing, on a server whose counts do not fit its rows. */
  readonly fruitlessComparisons?: number | undefined;
  /** Whether the server answers requests for single rows, as the last comparison that tried found out. */
  readonly offersSingleRows?: boolean | undefined;
  /** The list has more keys than a state should name: its deletions are not followed. */
  readonly hasTooManyKeys?: true | undefined;
}

type KeyParsers = { [Part in keyof Required<KeyState>]: (value: JsonValue) => KeyState[Part] };

/** Undefined for a form that no version writes. */
export const KEY_PARSERS: KeyParsers = {
  knownKeys: parseText,
  youngKeys: parseText,
  youngKeysAt: parseInstant,
  countOffset: parseInteger,
  comparedAt: parseInstant,
  comparing: parseTrue,
  nextComparisonAt: parseInstant,
  lastKeyAsked: parseInteger,
  fruitlessComparisons: parseInteger,
  offersSingleRows: (value) => (typeof value === 'boolean' ? value : undefined),
  hasTooManyKeys: parseTrue,
};

function parseText(value: JsonValue): Set<number> | undefined {
  return typeof value === 'string' ? parseKeys(value) : undefined;
}

function parseInstant(value: JsonValue): string | undefined {
  return typeof value === 'string' ? toUtcTimestamp(value) : undefined;
}

function parseInteger(value: JsonValue): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined;
}

function parseTrue(value: JsonValue): true | undefined {
  return value === true ? true : undefined;
}

/** Sets of keys as texts. */
export function formatKeySets({ knownKeys, youngKeys }: KeyState): { knownKeys?: string; youngKeys?: string } {
  return {
    ...(knownKeys === undefined ? {} : { knownKeys: formatKeys(knownKeys) }),
    ...(youngKeys === undefined || youngKeys.size === 0 ? {} : { youngKeys: formatKeys(youngKeys) }),
  };
}

/** Every member of a state that this connector keeps for comparing keys, those that are absent too: they replace earlier ones. */
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
