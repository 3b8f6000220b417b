import type { Verb } from '../../../protocol/args.ts';
import { errorsOf } from '../parse-run.ts';
import { cut, type MessageType } from '../protocol.ts';
import type { Rule } from './rule.ts';

/** From this number of characters on, the platform treats a line as too long. */
const TOO_LONG = 20_000_000;

const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

const MESSAGES_OF: Record<Verb, readonly MessageType[]> = {
  spec: ['SPEC', 'LOG', 'TRACE'],
  check: ['CONNECTION_STATUS', 'LOG', 'TRACE'],
  discover: ['CATALOG', 'LOG', 'TRACE'],
  read: ['RECORD', 'STATE', 'LOG', 'TRACE'],
};

/** Rules for all verbs. */
export const OF_ALL_VERBS = {
  'one message a line': {
    holds: 'each line of stdout is one protocol message',
    seenBy: 'VersionedAirbyteStreamFactory.kt, BasicAirbyteMessageValidator.kt',
    otherwise: 'the platform only logs the line, so a record in it is lost although the sync succeeds',
    violations: ({ lines }) => lines.flatMap(({ parsed }) => ('problem' in parsed ? [parsed.problem] : [])),
  },
  'well-formed texts': {
    holds: 'no string contains a lone surrogate',
    seenBy: 'orjson and pydantic-core, in PyAirbyte and the Python CDK',
    otherwise: 'the line cannot be parsed, and its record is lost',
    violations: ({ lines }) =>
      lines.flatMap(({ text }) => (text.includes('\\u') && LONE_SURROGATE.test(unescaped(text)) ? [cut(text)] : [])),
  },
  'escaped line breaks': {
    holds: 'U+0085, U+2028 and U+2029 are written as escapes',
    seenBy: 'str.splitlines() of Python, in airbyte_cdk/utils/docker.py',
    otherwise: 'Python splits the line into two',
    violations: ({ lines }) => lines.flatMap(({ text }) => (/[\u0085\u2028\u2029]/.test(text) ? [cut(text)] : [])),
  },
  'length of a line': {
    holds: `a line is shorter than ${TOO_LONG} characters`,
    seenBy: 'VersionedAirbyteStreamFactory.kt',
    otherwise: 'the platform warns, and destinations reject the record',
    violations: ({ lines }) =>
      lines.flatMap(({ text }) => (text.length < TOO_LONG ? [] : [`${text.length} characters: ${cut(text)}`])),
  },
  'stderr is empty': {
    holds: 'nothing is written to stderr',
    seenBy: 'LocalContainerAirbyteSource.kt',
    otherwise: 'the platform logs each line of stderr as an ERROR',
    violations: ({ stderr }) => (stderr === '' ? [] : [cut(stderr)]),
  },
  'messages of the verb': {
    holds: 'a verb prints no message that belongs to another verb',
    seenBy: 'ConnectorMessageProcessor.kt, AirbyteMessageTracker.kt',
    otherwise: 'the message is ignored',
    violations: ({ verb, messages }) =>
      messages.flatMap(({ type }) =>
        type === 'CONTROL' || MESSAGES_OF[verb].includes(type) ? [] : [`${type} in ${verb}`],
      ),
  },
  'no change of the config': {
    holds: 'no CONTROL message changes the config',
    seenBy: 'ConnectorMessageProcessor.kt',
    otherwise: 'the message replaces the whole config that the user saved',
    violations: ({ messages }) => messages.flatMap(({ type }) => (type === 'CONTROL' ? ['CONTROL'] : [])),
  },
  'an error has an exit code': {
    holds: 'after a TRACE ERROR the exit code is not 0',
    seenBy: 'ConnectorMessageProcessor.kt, ReplicationTask.kt',
    otherwise: 'only the exit code decides, so the result is empty or the sync succeeds',
    atEnd: true,
    violations: ({ code, messages }) => (code === 0 ? errorsOf(messages).map(({ message }) => message) : []),
  },
  'a failure has an error': {
    holds: 'a run with an exit code other than 0 prints a TRACE ERROR',
    seenBy: 'FailureHelper.kt',
    otherwise: 'users see only “Something went wrong within the source connector”',
    atEnd: true,
    violations: ({ code, messages }) =>
      code !== 0 && errorsOf(messages).length === 0 ? [`exit code ${code} without an error`] : [],
  },
} satisfies Record<string, Rule>;

/** A line of JSON in which escaped surrogates are replaced with the surrogates themselves. */
function unescaped(line: string): string {
  return line.replace(/\\\\|\\u(d[89a-f][0-9a-f]{2})/gi, (written, code: string | undefined) =>
    code === undefined ? written : String.fromCharCode(Number.parseInt(code, 16)),
  );
}
