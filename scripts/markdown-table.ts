/** A Markdown table. In cells only `|` is escaped. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [lineOf(head), lineOf(head.map(() => '---')), ...rows.map(lineOf)].join('\n').replaceAll(/ {2,}\|/g, ' |');
}

/** The same with aligned columns, as Biome formats documents that are also edited by hand. */
export function alignedTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) => Math.max(3, ...[head, ...rows].map((cells) => (cells[column] ?? '').length)));
  const padded = [head, widths.map((width) => '-'.repeat(width)), ...rows].map((cells) =>
    widths.map((width, column) => (cells[column] ?? '').padEnd(width)),
  );
  return padded.map(lineOf).join('\n');
}

const lineOf = (cells: readonly string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
