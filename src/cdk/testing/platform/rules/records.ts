import { isObject } from '../../../protocol/json.ts';
import { type Configured, descriptorOf, eachOf, finalStatus, type ParsedRun } from '../parse-run.ts';
import type { Message, MessageOf } from '../protocol.ts';
import type { Rule } from './rule.ts';

type Data = MessageOf<'RECORD'>['record']['data'];

/** Sentences about records of configured streams, each sentence once. */
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

/** Sentences in which the log warns of a stream. */
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
    holds: 'each record is of a stream of the configured catalog',
    seenBy: 'BasicAirbyteMessageValidator.kt',
    otherwise: 'a SourceException fails the sync',
    violations: ({ byStream, configured }) =>
      [...byStream].flatMap(([name, messages]) =>
        !configured.has(name) && messages.some(({ type }) => type === 'RECORD') ? [name] : [],
      ),
  },
  'namespace of the catalog': {
    holds: 'a stream has the namespace that the catalog gives it, or none',
    seenBy: 'BasicAirbyteMessageValidator.kt',
    otherwise: 'it is another stream, and the sync fails',
    violations: ({ messages, configured }) =>
      messages.flatMap((message) => {
        const { name, namespace } = descriptorOf(message) ?? {};
        const stream = name === undefined ? undefined : configured.get(name);
        if (stream === undefined || (namespace ?? undefined) === stream.namespace) return [];
        return [`${message.type} of ${namespace}.${name} instead of ${stream.namespace ?? ''}.${name}`];
      }),
  },
  'records hold something': {
    holds: 'data of a record has members',
    seenBy: 'BasicAirbyteMessageValidator.kt',
    otherwise: 'the record is dropped without a word, and no count fits any more',
    violations: (output) =>
      ofRecords(output, (data) => (Object.keys(data).length > 0 ? undefined : 'a record of nothing')),
  },
  'records have a key': {
    holds: 'of the parts of the primary key, at least one is not null, and none is an object or a list',
    seenBy: 'BasicAirbyteMessageValidator.kt; test_read of the connector acceptance tests',
    otherwise: 'fails the sync where the destination deduplicates; elsewhere nobody can tell the rows apart',
    violations: (output) =>
      ofRecords(output, (data, { primaryKey }) => {
        // A record of nothing has a rule of its own.
        if (primaryKey.length === 0 || Object.keys(data).length === 0) return undefined;
        const parts = primaryKey.map((path) => valueAt(data, path));
        if (parts.some((part) => typeof part === 'object' && part !== null)) return `key ${JSON.stringify(parts)}`;
        return parts.every((part) => part === null || part === undefined) ? 'a record whose key is null' : undefined;
      }),
  },
  'lost fields are told': {
    holds: 'a field that the configured schema lacks is named in a WARN of its stream',
    seenBy: 'FieldSelector.kt',
    otherwise: 'the field is dropped without a word',
    violations: (output) => {
      // The log names them at the end of a stream.
      const ended = [...output.configured.keys()].filter((name) =>
        ['COMPLETE', 'INCOMPLETE'].includes(finalStatus(output, name) ?? ''),
      );
      const told = new Map(ended.map((name) => [name, warningsOf(output, name)]));
      return ofRecords(output, (data, { name, properties }) => {
        const sentences = told.get(name);
        if (sentences === undefined) return undefined;
        const lost = Object.keys(data).filter((field) => !Object.hasOwn(properties, field));
        const untold = lost.filter((field) => !sentences.some((sentence) => isNamedIn(sentence, field)));
        return untold.length > 0 ? untold.join(', ') : undefined;
      });
    },
  },
  'moments go forward': {
    holds: 'emitted_at of what is said of a stream never goes back',
    seenBy: 'test_sequential_reads of the connector acceptance tests; destinations that keep the record read last',
    otherwise: 'an older version of a row wins over the newer one',
    violations: ({ byStream }) =>
      [...byStream].flatMap(([name, messages]) => {
        const moments = messages.flatMap((message) => momentOf(message) ?? []);
        return moments.some((moment, index) => moment < (moments[index - 1] ?? 0)) ? [name] : [];
      }),
  },
} satisfies Record<string, Rule>;
