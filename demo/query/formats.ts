import type { JsonValue } from '../../src/cdk/index.ts';
import { boxed, count } from '../show.ts';
import type { Format } from './arguments.ts';
import type { Answer } from './ask.ts';

/** `width`: columns of the terminal. */
export function formatted(answers: readonly Answer[], format: Format, width: number): string {
  return answers.map((answer) => `${FORMATTERS[format](answer, width)}\n`).join('\n');
}

const FORMATTERS: Record<Format, (answer: Answer, width: number) => string> = {
  table: (answer, width) => `${tableOf(answer, width)}\n${count(answer.rows.length, 'row')}`,
  csv: ({ columns, rows }) => [columns, ...rows].map((row) => row.map(csvCell).join(',')).join('\n'),
  json: ({ columns, rows }) =>
    JSON.stringify(
      rows.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index] ?? null]))),
      undefined,
      2,
    ),
};

/** A table, or one column on each line if the table is too wide. If the column names alone are too wide, no table is built. */
function tableOf(answer: Answer, width: number): string {
  const { columns, rows } = answer;
  if (rows.length > 0 && columns.join(' │ ').length > width) return columnALine(answer);
  const isNumeric = (column: number): boolean => rows.some((row) => typeof row[column] === 'number');
  const table = boxed(
    columns,
    rows.map((row) => row.map(shown)),
    isNumeric,
  );
  return rows.length > 0 && table.width > width ? columnALine(answer) : table.toString();
}

function columnALine({ columns, rows }: Answer): string {
  const longest = Math.max(...columns.map(({ length }) => length));
  const lines = rows.flatMap((row, position) => [
    `row ${position + 1} of ${rows.length}`,
    ...columns.map((column, index) => `  ${column.padEnd(longest)}  ${shown(row[index] ?? null)}`),
  ]);
  return lines.join('\n');
}

/** With at most four decimals. Characters that would steer the terminal are left out. */
function shown(value: JsonValue): string {
  if (value === null) return 'NULL';
  if (typeof value === 'number') {
    return String(Math.abs(value) < 0.001 ? Number(value.toPrecision(4)) : Number(value.toFixed(4)));
  }
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.replaceAll(/[^\P{Cc}\n]/gu, '');
}

/** As RFC 4180 says; null is an empty cell. */
function csvCell(value: JsonValue): string {
  const text = value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
