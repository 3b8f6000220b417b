import type { Span, StampForm } from './dates.ts';
import type { Json, Row } from './rows.ts';

/** The project that a row references. */
export type ProjectOf = (row: Row) => Row | undefined;

/** Whether the row matches `?parameter=value`. */
export type Filter = (row: Row, value: string, projectOf: ProjectOf) => boolean;

/** The part of the row inside the window; null if it is outside. */
export type Window = (row: Row, window: Span) => Row | null;

export interface Endpoint {
  key: string;
  /** The key is unique only among rows with the same value of this field. */
  keyWithin?: string;
  /** Formats of created and modified; several formats alternate. Undefined: rows have no stamps. */
  stamps?: readonly [StampForm, ...StampForm[]];
  modifiedSince?: true;
  fields?: true;
  sort?: true;
  window?: Window;
  /** Also accepts ?year=, and defaults to the current year. */
  yearly?: true;
  filters?: Record<string, Filter>;
  /** Rows that are omitted unless the request uses this filter. */
  unlessAsked?: { filter: string; hides: (row: Row) => boolean };
  hides?: (row: Row) => boolean;
  /** Fields that are sent only on request; `stored` ones are part of the company's rows. */
  expand?: Record<string, 'stored' | ((row: Row, window: Span | null) => Json)>;
  /** The endpoint has a Delete Log. */
  deletions?: true;
  /** Recorded in June 2023, only on these endpoints. */
  linkHeader?: true;
  headers?: Record<string, string>;
  whenEmpty?: '204' | 'per-page header only';
}

export const is =
  (field: string): Filter =>
  (row, value) =>
    value.split(',').includes(String(row[field]));

export const equal = (...fields: string[]): Record<string, Filter> =>
  Object.fromEntries(fields.map((field) => [field, is(field)]));
