/** Prints text, tables and bars to a terminal or a file. */
import type { WriteStream } from 'node:tty';

export interface Column {
  readonly title: string;
  readonly align?: 'right';
}

const INDENT = '  ';
const WIDEST_PROSE = 100;
/** Width of files, and of terminals that do not report one. */
const USUAL_WIDTH = 80;

type Style = 'bold' | 'dim' | 'red' | 'green';
const CODES: Record<Style, readonly [number, number]> = { bold: [1, 22], dim: [2, 22], red: [31, 39], green: [32, 39] };

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
    const [on, off] = CODES[style];
    return this.colours ? `\x1b[${on}m${text}\x1b[${off}m` : text;
  }

  /** Prints text with line breaks. */
  say(text = '', style?: Style): void {
    for (const line of wrapped(text, Math.min(this.width, WIDEST_PROSE))) {
      this.print(style === undefined ? line : this.style(style, line));
    }
  }

  /** Prints one line without line breaks, so that it can be copied. */
  print(line: string): void {
    this.stdout.write(`${line}\n`);
  }

  table(columns: readonly Column[], rows: readonly (readonly string[])[]): void {
    for (const line of this.tableLines(columns, rows)) this.print(line);
  }

  tableLines(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
    const [head = '', ...body] = tableLines(columns, rows, this.width);
    return [this.style('dim', head), ...body];
  }

  bars(items: readonly Bar[]): void {
    for (const { label, bar, value } of barLines(items, this.width)) {
      this.print(`${label}${this.style('green', bar)}${value}`);
    }
  }

  /** Whether the terminal can redraw these lines in place. */
  canRedraw(lines: readonly string[]): boolean {
    return this.redraws && lines.length < (this.stdout.rows ?? 0);
  }

  /** Replaces the lines of the last call. No line may be wider than the terminal. */
  redraw(lines: readonly string[]): void {
    const up = this.drawn > 0 ? `\x1b[${this.drawn}A` : '\x1b[?25l';
    this.stdout.write(up + lines.map((line) => `\x1b[2K${line}\n`).join(''));
    this.drawn = lines.length;
  }

  /** Ends redrawing: the lines stay, and the cursor is shown again. */
  settle(): void {
    if (this.drawn > 0) this.stdout.write('\x1b[?25h');
    this.drawn = 0;
  }
}

export interface Bar {
  readonly label: string;
  readonly value: number;
}

/** The first line is the header. If the width does not suffice, the widest columns are cut. */
export function tableLines(columns: readonly Column[], rows: readonly (readonly string[])[], width: number): string[] {
  const lines = [columns.map(({ title }) => title), ...rows];
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => (line[index] ?? '').length)));
  const gaps = INDENT.length * columns.length;
  for (let excess = sum(widths) + gaps - width; excess > 0; excess -= 1) {
    const widest = widths.indexOf(Math.max(...widths));
    widths[widest] = Math.max(1, (widths[widest] ?? 0) - 1);
  }
  return lines.map((line) =>
    columns
      .map(({ align }, index) => {
        const cell = cut(line[index] ?? '', widths[index] ?? 0);
        return INDENT + (align === 'right' ? cell.padStart(widths[index] ?? 0) : cell.padEnd(widths[index] ?? 0));
      })
      .join('')
      .trimEnd(),
  );
}

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

export function barLines(items: readonly Bar[], width: number): { label: string; bar: string; value: string }[] {
  const values = items.map(({ value }) => number(value, 0));
  const valueWidth = Math.max(...values.map((value) => value.length));
  const labelWidth = Math.min(Math.max(...items.map(({ label }) => label.length)), Math.floor(width * 0.45));
  const longest = Math.max(1, Math.min(width, WIDEST_PROSE) - labelWidth - valueWidth - 3 * INDENT.length);
  const most = Math.max(...items.map(({ value }) => value), Number.MIN_VALUE);
  return items.map(({ label, value }, index) => {
    const eighths = Math.round((value / most) * longest * 8);
    const bar = '█'.repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? '');
    return {
      label: `${INDENT}${cut(label, labelWidth).padEnd(labelWidth)}${INDENT}`,
      bar,
      value: `${INDENT}${values[index]}`,
    };
  });
}

/** Breaks lines. A line that begins with spaces keeps its indentation. */
export function wrapped(text: string, width: number): string[] {
  return text.split('\n').flatMap((paragraph) => {
    const indent = /^ */.exec(paragraph)?.[0] ?? '';
    const lines: string[] = [];
    let line = indent;
    for (const word of paragraph.trimStart().split(' ')) {
      if (line !== indent && line.length + 1 + word.length > width) {
        lines.push(line);
        line = indent;
      }
      line += line === indent ? word : ` ${word}`;
    }
    return [...lines, line];
  });
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

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
