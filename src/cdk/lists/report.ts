import { counted } from '../protocol/counted.ts';
import type { LogLevel } from '../protocol/messages.ts';

/** Logs how the server's counts and rows disagree. Each kind of finding is logged once per walk. */
export class Report {
  private readonly name: string;
  private readonly log: (level: LogLevel, sentence: string) => void;
  private readonly written = new Set<string>();

  constructor(name: string, log: (level: LogLevel, sentence: string) => void) {
    this.name = name;
    this.log = log;
  }

  contradiction(what: string): void {
    this.once('contradiction', `${what}. That count is ignored, and the list is read until no new rows come.`);
  }

  fewerRows(received: number, promised: number): void {
    this.once(
      'fewer rows',
      `the server's Total-Count is ${promised}, but only ${counted(received, 'different row')} came. Rows may be missing. If this repeats, report it to the maintainers of the API.`,
    );
  }

  fewerPages(received: number, promised: number): void {
    this.once(
      'fewer pages',
      `the server's Page-Count is ${promised}, but only ${counted(received, 'page')} came. Rows may be missing. If this repeats, report it to the maintainers of the API.`,
    );
  }

  /** `isWhole`: whether Total-Count proves that no other row is missing. */
  repeatedRows(rows: number, isWhole: boolean): void {
    const sentence = `${counted(rows, 'row')} came more than once. Each is emitted only once.`;
    if (isWhole) this.log('INFO', `${this.name}: ${sentence}`);
    else
      this.once(
        'repeated rows',
        `${sentence} The server's Total-Count is missing or wrong, so other rows may be missing.`,
      );
  }

  promisedPage(number: number, how: 'empty' | 'refused'): void {
    this.once(
      'promised page',
      `page ${number} was ${how} twice, although the server's Total-Count or Page-Count says that it has rows. Rows may be missing. The next sync requests them again.`,
    );
  }

  differingRows(key: string): void {
    this.once(
      'differing rows',
      `the list has two different rows with the key ${key}, on different pages. The row that came first is used.`,
    );
  }

  movement(): void {
    this.log('INFO', `${this.name}: the list may have changed while it was read, so it is read again.`);
  }

  /** The counts are missing or contradict the rows, so only a second reading shows whether the list changed. */
  unproved(): void {
    this.log(
      'INFO',
      `${this.name}: the server's Total-Count and Page-Count do not prove that the list was read completely, so it is read again.`,
    );
  }

  private once(finding: string, sentence: string): void {
    if (this.written.has(finding)) return;
    this.written.add(finding);
    this.log('WARN', `${this.name}: ${sentence}`);
  }
}
