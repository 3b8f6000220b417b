import type { LogLevel } from '../protocol/messages.ts';

/** What a walk writes to the log about a server whose counts and rows disagree: each finding once. */
export class Report {
  private readonly name: string;
  private readonly log: (level: LogLevel, sentence: string) => void;
  private readonly written = new Set<string>();

  constructor(name: string, log: (level: LogLevel, sentence: string) => void) {
    this.name = name;
    this.log = log;
  }

  contradiction(what: string): void {
    this.once('contradiction', `${what}. That count is ignored; the list is read until no new rows come.`);
  }

  fewerRows(received: number, promised: number): void {
    this.once(
      'fewer rows',
      `the server's Total-Count promises ${promised} rows, but only ${received} came, each counted once.`,
    );
  }

  fewerPages(received: number, promised: number): void {
    this.once('fewer pages', `Page-Count promised ${promised} pages, but only ${received} came. Rows may be missing.`);
  }

  /** `isWhole`: whether Total-Count proves that no other row is missing. */
  repeatedRows(rows: number, isWhole: boolean): void {
    const sentence = `${rows} rows came more than once; each is delivered once.`;
    if (isWhole) this.log('INFO', `${this.name}: ${sentence}`);
    else this.once('repeated rows', `${sentence} No Total-Count shows whether others are missing instead.`);
  }

  emptyPage(number: number): void {
    this.once('empty page', `page ${number} was empty twice, though the server's counts promise rows on it.`);
  }

  differingRows(key: string): void {
    this.once(
      'differing rows',
      `the list has the key ${key} on two pages with different contents; the first one is used.`,
    );
  }

  movement(): void {
    this.log('INFO', `${this.name}: the list may have changed while it was read; it is read once more.`);
  }

  /** The counts are missing or contradict the rows, so that only a second reading shows whether the list stood still. */
  unproved(): void {
    this.log(
      'INFO',
      `${this.name}: the server's counts do not show whether the list was read whole; it is read once more.`,
    );
  }

  private once(finding: string, sentence: string): void {
    if (this.written.has(finding)) return;
    this.written.add(finding);
    this.log('WARN', `${this.name}: ${sentence}`);
  }
}
