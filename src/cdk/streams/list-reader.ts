import type { ChangeReader } from '../changes/change-reader.ts';
import { ClockDifference } from '../changes/clock-difference.ts';
import { readFunction } from '../changes/read-function.ts';
import type { Answer } from '../http/client.ts';
import { keysFor } from '../lists/keys.ts';
import { walkPages } from '../lists/page-walk.ts';
import { ReadAhead } from '../lists/read-ahead.ts';
import { readPage } from '../lists/read-page.ts';
import { type Window, windowOf } from '../lists/windows.ts';
import type { SourceContext, Stream } from '../protocol/source.ts';
import { requireWholeNumber } from '../protocol/source-faults.ts';
import { DEFAULT_STAMP_FIELDS } from '../records/stamps.ts';
import type { PagedList, PagedLists } from './paged-list.ts';

/** Makes streams of lists. All streams share the limit for pages read ahead, and the clock warning. */
export class ListReader implements PagedLists {
  private readonly context: SourceContext;
  private readonly ahead: ReadAhead;
  private readonly clockDifference: ClockDifference;

  constructor(context: SourceContext, maxPagesAhead: number) {
    requireWholeNumber('its maxPagesAhead', maxPagesAhead, 0);
    this.context = context;
    this.ahead = new ReadAhead(maxPagesAhead);
    this.clockDifference = new ClockDifference(context.log);
  }

  stream(list: PagedList): Stream {
    requireWholeNumber(`the perPage of ${list.name}`, list.perPage);
    const reader = this.readerOf(list);
    const resumable = list.cursorField === undefined ? {} : { resumable: true };
    return { ...list, ...resumable, read: readFunction(reader, list) };
  }

  private readerOf(list: PagedList): ChangeReader {
    const { ahead, clockDifference } = this;
    const { clock, log, signal } = this.context;
    const { name, perPage, cursorField } = list;
    const keyed = keysFor(list);
    const ask = ({ page, size, start }: Window, since: string | undefined, signal: AbortSignal): Promise<Answer> =>
      list.getPage({ page, size, offset: start, since, signal });
    return {
      name,
      nativeKey: list.nativeKey ?? list.primaryKey[0],
      keyOf: keyed.keyOf,
      log,
      now: () => clock.now(),
      askClocks: async () => (await ask(windowOf(1, 1), undefined, signal)).clocks,
      noteClocks: (clocks) => clockDifference.note(clocks),
      walk: (since, resume) =>
        walkPages({
          ...keyed,
          name,
          log,
          ahead,
          perPage,
          stampFields: list.stampFields ?? (cursorField === undefined ? DEFAULT_STAMP_FIELDS : [cursorField]),
          getPage: (window, signal) => readPage(window.page, () => ask(window, since, signal), list.contentOf),
          filtered: since !== undefined,
          resume,
        }),
      deleteLog: undefined,
      keys: undefined,
    };
  }
}
