import type { Page } from './page.ts';
import type { Window } from './windows.ts';

type GetPage = (window: Window) => Promise<Page>;

/** So many pages, of all lists together, are under way or held before they are needed: what bounds the memory of a sync. */
export class ReadAhead {
  private free: number;

  constructor(most: number) {
    this.free = most;
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
  private asked = new Map<string, Promise<Page>>();

  constructor(getPage: GetPage, places: ReadAhead) {
    this.getPage = getPage;
    this.places = places;
  }

  get(window: Window): Promise<Page> {
    const page = this.asked.get(nameOf(window));
    if (page === undefined) return this.getPage(window);
    this.asked.delete(nameOf(window));
    return page.finally(() => this.places.giveBack());
  }

  /** Asks for these in their order, as far as there is room. What was asked for and is not among them is forgotten. */
  expect(windows: Iterable<Window>): void {
    const expected = new Map<string, Promise<Page>>();
    for (const window of windows) {
      const name = nameOf(window);
      const page = this.asked.get(name);
      if (page === undefined && !this.places.take()) break;
      expected.set(name, page ?? this.ask(window));
      this.asked.delete(name);
    }
    this.forget();
    this.asked = expected;
  }

  /** Nothing of what was asked for is needed. */
  forget(): void {
    const giveBack = (): void => this.places.giveBack();
    for (const page of this.asked.values()) page.then(giveBack, giveBack);
    this.asked.clear();
  }

  private ask(window: Window): Promise<Page> {
    const page = this.getPage(window);
    // A page that nobody comes for may fail.
    page.catch(() => undefined);
    return page;
  }
}

function nameOf({ page, size }: Window): string {
  return `${page}/${size}`;
}
