import type { PageAnswer } from './page.ts';
import type { Window } from './windows.ts';

/** Asks for one page. When `signal` aborts, nobody needs the answer any more. */
export type GetPage = (window: Window, signal: AbortSignal) => Promise<PageAnswer>;

/** So many pages, of all lists together, are under way or held before they are needed: what bounds the memory of a sync. */
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

/** The pages of one list, some of them asked for before they are needed. */
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

  /** Asks for these in their order, as far as there is room. What was asked for and is not among them is forgotten. */
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

  /** Ends what was asked for: nothing of it is needed. */
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
    // A page that nobody comes for may fail.
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
