import { MOST_NEW_VALUES, type RecordMaker } from '../records/records.ts';
import type { LogMessage } from './messages.ts';
import type { StreamDefinition } from './source.ts';

type Line = LogMessage['log'];

/** Log lines about how the rows of a stream differ from its schema: at most one line of each kind, at the end of the stream. */
export function driftOf(stream: StreamDefinition, maker: RecordMaker): Line[] {
  const { unknownFields, mistypedFields, roundedFields, newValues, keepsAdditional } = maker;
  const { name, additionalFields, unknownFieldsLevel = 'WARN' } = stream;
  const lines: Line[] = [];
  if (unknownFields.size > 0) {
    const where = keepsAdditional ? `They are in ${additionalFields}.` : `They were dropped${whyDropped(stream)}.`;
    const message = `${name}: the API sent fields that have no column: ${list(unknownFields)}. ${where}`;
    lines.push({ level: unknownFieldsLevel, message });
  }
  if (mistypedFields.size > 0) {
    const where = keepsAdditional ? ` The original values are in ${additionalFields}.` : '';
    const message = `${name}: values that do not fit the declared type were set to null in these fields: ${list(mistypedFields)}.${where}`;
    lines.push({ level: 'WARN', message });
  }
  if (roundedFields.size > 0) {
    const message = `${name}: numbers beyond 2^53 may have lost digits in these fields: ${list(roundedFields)}.`;
    lines.push({ level: 'WARN', message });
  }
  if (newValues.length > 0) {
    const more = newValues.length === MOST_NEW_VALUES ? ' and perhaps more' : '';
    const message = `${name}: values that this version of the connector does not know: ${newValues.join(', ')}${more}.`;
    lines.push({ level: 'INFO', message });
  }
  return lines;
}

function whyDropped({ additionalFields }: StreamDefinition): string {
  if (additionalFields === undefined) return '';
  return `, because ${additionalFields} is not selected. To keep them, refresh the source schema of the connection and select this field`;
}

/**
 * Longer lists are truncated, because a log line must not get too long. If there are more names, they are usually keys of data,
 * not fields.
 */
const MOST_NAMES = 100;

/** A list of field names for a sentence. Unusual names are quoted. */
function list(names: ReadonlySet<string>): string {
  const quoted = [...names].slice(0, MOST_NAMES).map((name) => (/^[\w.-]+$/.test(name) ? name : JSON.stringify(name)));
  const more = names.size - quoted.length;
  return more === 0 ? quoted.join(', ') : `${quoted.join(', ')} and ${more} more`;
}
