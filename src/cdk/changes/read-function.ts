import type { Stream } from '../protocol/source.ts';
import type { ChangeReader } from './change-reader.ts';
import { readChanges } from './changes.ts';
import { readList, readWhole } from './full-refresh.ts';

interface List {
  /** Undefined if the list cannot be read incrementally. */
  readonly cursorField?: string | undefined;
  readonly startDate?: string | undefined;
}

/** The `read` function of a list's stream. */
export function readFunction(reader: ChangeReader, { cursorField, startDate }: List): Stream['read'] {
  if (cursorField === undefined) return () => readList(reader);
  return ({ incremental, state, fields }) =>
    incremental ? readChanges(reader, state, { startDate, fields }) : readWhole(reader, state);
}
