/** Generates the tables of streams in README.md and docs/float.md, between two markers. */
import type { FloatStream } from '../src/float/streams.ts';
import { type DescribedStream, followsDeletions } from './dictionary.ts';
import { alignedTable } from './markdown-table.ts';

const BEGIN = '<!-- streams: written by npm run generate -->';
const END = '<!-- end of streams -->';

/** For people who read the connector's output: paths and keys. */
export const readmeTable = (streams: readonly DescribedStream[]): string =>
  alignedTable(
    ['stream', "Float's path", "Float's key", 'incremental by', 'deletions', 'offered'],
    streams.map((row) => {
      const cursor = row.cursorField === undefined ? '' : `\`${row.cursorField}\``;
      return [`\`${row.name}\``, `\`${row.path}\``, keyOf(row), cursor, deletionsOf(row), offeredTo(row)];
    }),
  );

/** For people who set up a connection: what the rows are. */
export const floatTable = (streams: readonly DescribedStream[]): string =>
  alignedTable(
    ['Stream', 'One row is', 'Incremental', 'Deletions', 'Offered'],
    streams.map((row) => {
      const [, summary = ''] = /^One row is (.*?)\.(?: |$)/.exec(row.schema.description ?? '') ?? [];
      const incremental = row.cursorField === undefined ? '' : 'yes';
      return [`\`${row.name}\``, summary, incremental, deletionsOf(row), offeredTo(row)];
    }),
  );

/** The text with the table inserted between the markers. */
export function withTable(text: string, table: string): string {
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`The lines ${BEGIN} and ${END} are missing. Restore them.`);
  return `${text.slice(0, begin + BEGIN.length)}\n\n${table}\n\n${text.slice(end)}`;
}

const deletionsOf = (stream: FloatStream) => (followsDeletions(stream) ? 'yes' : '');

const offeredTo = ({ isOptional }: FloatStream) => (isOptional ? 'if the account has it' : 'always');

function keyOf({ nativeKey, primaryKey }: FloatStream): string {
  const within = primaryKey.slice(1).map((field) => (field === 'start_date' ? ' in a month' : ` in a \`${field}\``));
  return `\`${nativeKey}\`${within.join('')}`;
}
