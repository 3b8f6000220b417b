/** Generates the tables of streams in README.md and docs/float.md, between two markers. */
import type { FloatStream } from '../src/float/streams.ts';
import type { Schema } from './dictionary.ts';
import { alignedTable } from './markdown-table.ts';

type TableStream = Pick<FloatStream, 'name' | 'path' | 'nativeKey' | 'primaryKey' | 'cursorField' | 'isOptional'>;

export interface DescribedStream {
  readonly row: TableStream;
  readonly schema: Schema;
}

const BEGIN = '<!-- streams: written by npm run generate -->';
const END = '<!-- end of streams -->';

/** For people who read the connector's output: paths and keys. */
export const readmeTable = (streams: readonly DescribedStream[]): string =>
  alignedTable(
    ['stream', "Float's path", "Float's key", 'incremental by', 'deletions', 'offered'],
    streams.map(({ row, schema }) => [
      `\`${row.name}\``,
      `\`${row.path}\``,
      keyOf(row),
      row.cursorField === undefined ? '' : `\`${row.cursorField}\``,
      followsDeletions(schema) ? 'yes' : '',
      row.isOptional ? 'if the account has it' : 'always',
    ]),
  );

/** For people who set up a connection: what the rows are. */
export const floatTable = (streams: readonly DescribedStream[]): string =>
  alignedTable(
    ['Stream', 'One row is', 'Incremental', 'Deletions', 'Offered'],
    streams.map(({ row, schema }) => [
      `\`${row.name}\``,
      summaryOf(schema),
      row.cursorField === undefined ? '' : 'yes',
      followsDeletions(schema) ? 'yes' : '',
      row.isOptional ? 'if the account has it' : 'always',
    ]),
  );

/** The text with the table inserted between the markers. */
export function withTable(text: string, table: string): string {
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`The lines ${BEGIN} and ${END} are missing. Restore them.`);
  return `${text.slice(0, begin + BEGIN.length)}\n\n${table}\n\n${text.slice(end)}`;
}

/** A stream follows deletions if its schema declares the column of tombstones. */
const followsDeletions = ({ properties = {} }: Schema): boolean => '_ab_cdc_deleted_at' in properties;

function keyOf({ nativeKey, primaryKey }: TableStream): string {
  const within = primaryKey.slice(1).map((field) => (field === 'start_date' ? ' in a month' : ` in a \`${field}\``));
  return `\`${nativeKey}\`${within.join('')}`;
}

/** The first sentence of the description, which begins with `One row is`. */
function summaryOf({ description = '' }: Schema): string {
  const [sentence = ''] = description.split(/\.(?: |$)/);
  return sentence.replace(/^One row is /, '');
}
