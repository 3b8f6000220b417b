import type { Span, StampForm } from './dates.ts';
import type { Json, Row } from './rows.ts';

/** The project that a row points to. */
export type ProjectOf = (row: Row) => Row | undefined;

/** Does the row pass `?parameter=value`? */
export type Filter = (row: Row, value: string, projectOf: ProjectOf) => boolean;

/** What is left of the row inside the window; null when it lies outside. */
export type Window = (row: Row, window: Span) => Row | null;

export interface Endpoint {
  key: string;
  /** The key is unique only among rows of equal value here. */
  keyWithin?: string;
  /** How created and modified are written; several forms take turns. Without it the rows bear no stamps. */
  stamps?: readonly [StampForm, ...StampForm[]];
  modifiedSince?: true;
  fields?: true;
  sort?: true;
  window?: Window;
  /** Also takes ?year=, and answers for the present year when asked for no time at all. */
  yearly?: true;
  filters?: Record<string, Filter>;
  /** Left out unless the request names this filter itself. */
  unlessAsked?: { filter: string; hides: (row: Row) => boolean };
  hides?: (row: Row) => boolean;
  /** Fields that a row shows only when asked; `stored` ones are part of the company's rows. */
  expand?: Record<string, 'stored' | ((row: Row, window: Span | null) => Json)>;
  /** Followed by the Delete Log. */
  deletions?: true;
  /** Recorded in June 2023 on these only. */
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
