/** Prints text and tables to a terminal or a file. */
import type { WriteStream } from 'node:tty';
import { styleText } from 'node:util';
import Table from 'cli-table3';

const WIDEST_PROSE = 100;
/** Width of files, and of terminals that do not report one. */
const USUAL_WIDTH = 80;
/** Number of columns by which a table may become wider while it is redrawn. */
const GROWTH = 12;

type Style = 'bold' | 'dim' | 'red';

export class Screen {
  private readonly stdout: WriteStream;
  private readonly colours: boolean;
  private readonly redraws: boolean;
  private drawn = 0;

  constructor(stdout: WriteStream, env: NodeJS.ProcessEnv) {
    this.stdout = stdout;
    this.redraws = stdout.isTTY === true && env.TERM !== 'dumb';
    this.colours = this.redraws && !env.NO_COLOR;
  }

  /** Maximum number of characters in one line. */
  get width(): number {
    return (this.stdout.columns ?? USUAL_WIDTH) - 1;
  }

  style(style: Style, text: string): string {
    return this.colours ? styleText(style, text, { validateStream: false }) : text;
  }

  /** Prints text with line breaks. */
  say(text = '', style?: Style): void {
    for (const line of wrapped(text, Math.min(this.width, WIDEST_PROSE)).split('\n')) {
      this.print(style === undefined ? line : this.style(style, line));
    }
  }

  /** Prints text as it is, so that it can be copied. */
  print(text: string): void {
    this.stdout.write(`${text}\n`);
  }

  /** Whether the terminal can redraw this text in place, with one more line below it. */
  canRedraw(text: string): boolean {
    const lines = text.split('\n');
    const widest = Math.max(...lines.map(({ length }) => length));
    return this.redraws && lines.length + 1 < (this.stdout.rows ?? 0) && widest + GROWTH <= this.width;
  }

  /** Replaces the text of the last call. No line may be wider than the terminal. */
  redraw(text: string): void {
    const lines = text.split('\n');
    const up = this.drawn > 0 ? `\x1b[${this.drawn}A` : '\x1b[?25l';
    this.stdout.write(up + lines.map((line) => `\x1b[2K${line}\n`).join(''));
    this.drawn = lines.length;
  }

  /** Ends redrawing: the text stays, and the cursor is shown again. */
  settle(): void {
    if (this.drawn > 0) this.stdout.write('\x1b[?25h');
    this.drawn = 0;
  }
}

/** `isNumeric`: whether a column is aligned to the right. */
export function boxed(
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  isNumeric: (column: number) => boolean,
): Table.Table {
  const colAligns = columns.map((_, index) => (isNumeric(index) ? 'right' : 'left'));
  const table = new Table({ style: { head: [], border: [], compact: true }, head: [...columns], colAligns });
  table.push(...rows.map((row) => [...row]));
  return table;
}

/** Breaks lines between words. A word that is too long stays whole. */
export function wrapped(text: string, width: number): string {
  return text.replaceAll(new RegExp(`(?!.{1,${width}}$)(.{1,${width}}) `, 'gm'), '$1\n');
}

export function number(value: number, decimals: number): string {
  return value.toLocaleString('en-GB', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

/** `1 row`, `2 rows` */
export function count(amount: number, noun: string, plural = `${noun}s`): string {
  return `${number(amount, 0)} ${amount === 1 ? noun : plural}`;
}

export function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;
}
