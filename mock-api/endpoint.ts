import type { Span, StampForm } from './dates.ts';
import type { Row } from './rows.ts';

/** The part of the row inside the window; null if it is outside. */
export type Window = (row: Row, window: Span) => Row | null;

/**
 * What one of Float's lists accepts and how it differs from the others. Float has more parameters, such as `fields` and
 * `sort`. The mock has only those that the connector, the probe or the tests send, and complains about the others.
 */
export interface Endpoint {
  key: string;
  /** The key is unique only among rows with the same value of this field. */
  keyWithin?: string;
  /** Formats of created and modified; several formats alternate. Undefined: rows have no stamps. */
  stamps?: readonly [StampForm, ...StampForm[]];
  modifiedSince?: true;
  window?: Window;
  /** Without a window, the current year is the window. */
  yearly?: true;
  /** Fields that a parameter of the same name selects by, with one value or several. */
  filters?: readonly string[];
  /** Rows that are omitted unless the request uses this filter. */
  unlessAsked?: { filter: string; hides: (row: Row) => boolean };
  hides?: (row: Row) => boolean;
  /** Fields that are sent only on request. */
  expand?: readonly string[];
  /** The endpoint has a Delete Log. */
  deletions?: true;
  whenEmpty?: '204' | 'per-page header only';
}
