import type { PageAnswer } from './page.ts';
import type { Window } from './windows.ts';

/** Requests one page. `signal` aborts when the response is no longer needed. */
export type GetPage = (window: Window, signal: AbortSignal) => Promise<PageAnswer>;

/**
 * Limits how many pages of all lists together are requested or held before they are needed. This limits the memory of a sync.
 */
export class ReadAhead {
  private free: number;

  constructor(maxPages: number) {
    this.free = maxPages;
  }

  take(): boolean {
    if (this.free === 0) return false;
    this.free -= 1;
    return true;
  }

  giveBack(): void {
    this.free += 1;
  }
}

/** The pages of one list, some of them requested before they are needed. */
export class PagesAhead {
  private readonly getPage: GetPage;
  private readonly places: ReadAhead;
  private asked = new Map<string, { readonly answer: Promise<PageAnswer>; readonly ended: AbortController }>();

  constructor(getPage: GetPage, places: ReadAhead) {
    this.getPage = getPage;
    this.places = places;
  }

  get(window: Window): Promise<PageAnswer> {
    const page = this.asked.get(nameOf(window));
    if (page === undefined) return this.ask(window).answer;
    this.asked.delete(nameOf(window));
    return page.answer.finally(() => this.places.giveBack());
  }

  /** Requests these windows in order, up to the limit. Cancels earlier requests for other windows. */
  expect(windows: Iterable<Window>): void {
    const expected: typeof this.asked = new Map();
    for (const window of windows) {
      const name = nameOf(window);
      const page = this.asked.get(name);
      if (page === undefined && !this.places.take()) break;
      expected.set(name, page ?? this.askAhead(window));
      this.asked.delete(name);
    }
    this.forget();
    this.asked = expected;
  }

  /** Cancels all pages requested ahead. */
  forget(): void {
    const giveBack = (): void => this.places.giveBack();
    for (const { answer, ended } of this.asked.values()) {
      ended.abort();
      answer.then(giveBack, giveBack);
    }
    this.asked.clear();
  }

  private askAhead(window: Window) {
    const page = this.ask(window);
    // If get() is never called for this page, a failure must not become an unhandled rejection.
    page.answer.catch(() => undefined);
    return page;
  }

  private ask(window: Window) {
    const ended = new AbortController();
    return { answer: this.getPage(window, ended.signal), ended };
  }
}

function nameOf({ page, size }: Window): string {
  return `${page}/${size}`;
}
