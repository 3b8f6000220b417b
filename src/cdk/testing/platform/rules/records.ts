import { isObject } from '../../../protocol/json.ts';
import { type Configured, descriptorOf, eachOf, finalStatus, type ParsedRun } from '../parse-run.ts';
import type { Message, MessageOf } from '../protocol.ts';
import type { Rule } from './rule.ts';

type Data = MessageOf<'RECORD'>['record']['data'];

/** Violations in records of configured streams, without duplicates. */
function ofRecords(output: ParsedRun, judge: (data: Data, stream: Configured) => string | undefined): string[] {
  const violations = new Set<string>();
  for (const [name, messages] of output.byStream) {
    const stream = output.configured.get(name);
    if (stream === undefined) continue;
    for (const { record } of eachOf(messages, 'RECORD')) {
      const breach = judge(record.data, stream);
      if (breach !== undefined) violations.add(`${name}: ${breach}`);
    }
  }
  return [...violations];
}

function valueAt(data: Data, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, name) => (isObject(value) ? value[name] : undefined), data);
}

/** WARN messages about a stream. */
const warningsOf = ({ messages }: ParsedRun, name: string): string[] =>
  eachOf(messages, 'LOG').flatMap(({ log }) =>
    log.level === 'WARN' && log.message.startsWith(`${name}: `) ? [log.message] : [],
  );

const isNamedIn = (sentence: string, field: string): boolean =>
  sentence.includes(` ${field},`) || sentence.includes(` ${field}.`);

function momentOf(message: Message): number | undefined {
  if (message.type === 'RECORD') return message.record.emitted_at;
  return message.type === 'TRACE' ? message.trace.emitted_at : undefined;
}

export const OF_RECORDS = {
  'records of configured streams': {
    holds: 'records are only for streams of the configured catalog',
    seenBy: 'BasicAirbyteMessageValidator.kt',
    otherwise: 'the sync fails with a SourceException',
    violations: ({ byStream, configured }) =>
      [...byStream].flatMap(([name, messages]) =>
        !configured.has(name) && messages.some(({ type }) => type === 'RECORD') ? [name] : [],
      ),
  },
  'namespace of the catalog': {
    holds: 'a message has the same namespace as its stream in the catalog, or none if the stream has none',
    seenBy: 'BasicAirbyteMessageValidator.kt',
    otherwise: 'the message belongs to another stream, and the sync fails',
    violations: ({ messages, configured }) =>
      messages.flatMap((message) => {
        const { name, namespace } = descriptorOf(message) ?? {};
        const stream = name === undefined ? undefined : configured.get(name);
        if (stream === undefined || (namespace ?? undefined) === stream.namespace) return [];
        return [`${message.type} of ${namespace}.${name} instead of ${stream.namespace ?? ''}.${name}`];
      }),
  },
  'records are not empty': {
    holds: 'the data of a record is not empty',
    seenBy: 'BasicAirbyteMessageValidator.kt',
    otherwise: 'the record is silently dropped, and recordCount of the next STATE is too high',
    violations: (output) => ofRecords(output, (data) => (Object.keys(data).length > 0 ? undefined : 'an empty record')),
  },
  'records have a key': {
    holds: 'at least one part of the primary key is not null, and no part is an object or an array',
    seenBy: 'BasicAirbyteMessageValidator.kt; test_read of the connector acceptance tests',
    otherwise: 'the sync fails if the destination deduplicates; otherwise rows cannot be distinguished',
    violations: (output) =>
      ofRecords(output, (data, { primaryKey }) => {
        // Another rule checks empty records.
        if (primaryKey.length === 0 || Object.keys(data).length === 0) return undefined;
        const parts = primaryKey.map((path) => valueAt(data, path));
        if (parts.some((part) => typeof part === 'object' && part !== null)) return `key ${JSON.stringify(parts)}`;
        return parts.every((part) => part === null || part === undefined) ? 'a record whose key is null' : undefined;
      }),
  },
  'dropped fields are logged': {
    holds: 'a WARN of the stream lists the fields of its records that the configured schema does not have',
    seenBy: 'FieldSelector.kt',
    otherwise: 'the field is silently dropped',
    violations: (output) => {
      // These fields are logged at the end of a stream.
      const ended = [...output.configured.keys()].filter((name) =>
        ['COMPLETE', 'INCOMPLETE'].includes(finalStatus(output, name) ?? ''),
      );
      const warnings = new Map(ended.map((name) => [name, warningsOf(output, name)]));
      return ofRecords(output, (data, { name, properties }) => {
        const sentences = warnings.get(name);
        if (sentences === undefined) return undefined;
        const lost = Object.keys(data).filter((field) => !Object.hasOwn(properties, field));
        const unreported = lost.filter((field) => !sentences.some((sentence) => isNamedIn(sentence, field)));
        return unreported.length > 0 ? unreported.join(', ') : undefined;
      });
    },
  },
  'emitted_at never decreases': {
    holds: 'emitted_at never decreases within a stream',
    seenBy: 'test_sequential_reads of the connector acceptance tests; destinations that keep the record emitted last',
    otherwise: 'an older version of a row wins over the newer one',
    violations: ({ byStream }) =>
      [...byStream].flatMap(([name, messages]) => {
        const moments = messages.flatMap((message) => momentOf(message) ?? []);
        return moments.some((moment, index) => moment < (moments[index - 1] ?? 0)) ? [name] : [];
      }),
  },
} satisfies Record<string, Rule>;
