import { descriptorOf, errorsOf, finalStatus, type ParsedRun, statusesOf, statusOf } from '../parse-run.ts';
import type { Message } from '../protocol.ts';
import type { Rule } from './rule.ts';

const SEEN_BY = 'bookkeeping/streamstatus/*';

/** Valid sequences of statuses, complete or cut off. An unknown stream fails without RUNNING. */
const LIFE = /^STARTED( RUNNING)*( INCOMPLETE)?$|^STARTED( RUNNING)+ COMPLETE$/;

const ofStreams = (
  { configured, byStream }: ParsedRun,
  judge: (messages: readonly Message[], name: string) => boolean,
) => [...configured.keys()].filter((name) => judge(byStream.get(name) ?? [], name));

/** Whether the whole sync failed. Then streams have no final status. */
const failedAsAWhole = ({ messages }: ParsedRun): boolean =>
  errorsOf(messages).some(({ stream_descriptor }) => stream_descriptor === undefined);

const isFinal = (message: Message): boolean => ['COMPLETE', 'INCOMPLETE'].includes(statusOf(message)?.status ?? '');

/** Records and states; other messages change nothing in a destination. */
const isData = ({ type }: Message): boolean => type === 'RECORD' || type === 'STATE';

/** Whether a message belongs to the stream `name` and is a log line, an error or an estimate. Other rules check the other types. */
const isSaidOf = (message: Message, name: string): boolean =>
  message.type === 'LOG'
    ? message.log.message.startsWith(`${name}: `)
    : message.type === 'TRACE' && message.trace.type !== 'STREAM_STATUS' && descriptorOf(message)?.name === name;

export const OF_STATUSES = {
  'exit 0 means complete': {
    holds: 'with exit code 0, every configured stream is COMPLETE',
    seenBy: 'ReplicationTask.kt, StreamStatusCompletionTracker.kt',
    otherwise: 'the destination treats each stream as complete, and replaces complete data with partial data',
    atEnd: true,
    violations: (output) =>
      output.verb === 'read' && output.code === 0
        ? ofStreams(output, (_, name) => finalStatus(output, name) !== 'COMPLETE')
        : [],
  },
  'each stream has an end': {
    holds: 'if only some streams fail, each stream has a final status',
    seenBy: SEEN_BY,
    otherwise: 'the stream is shown as running forever',
    atEnd: true,
    violations: (output) =>
      output.verb === 'read' && output.code !== 0 && !failedAsAWhole(output)
        ? ofStreams(output, (messages) => !messages.some(isFinal))
        : [],
  },
  'statuses in order': {
    holds: 'the statuses of a stream are STARTED, then RUNNING, then COMPLETE or INCOMPLETE',
    seenBy: `${SEEN_BY}; test_read of the connector acceptance tests`,
    otherwise: 'the user interface shows a wrong status',
    violations: (output) =>
      ofStreams(output, (messages) => {
        const statuses = statusesOf(messages).map(({ status }) => status);
        return statuses.length > 0 && !LIFE.test(statuses.join(' '));
      }),
  },
  'no data outside of a running stream': {
    holds: 'records and states of a stream come after STARTED and before its final status',
    seenBy: SEEN_BY,
    otherwise: 'the platform treats the stream as complete too early',
    violations: (output) =>
      ofStreams(output, (messages) => {
        const started = messages.findIndex((message) => statusOf(message)?.status === 'STARTED');
        const end = messages.findIndex(isFinal);
        return messages.some(
          (message, at) => isData(message) && (started < 0 || at < started || (end >= 0 && at > end)),
        );
      }),
  },
  'the final status comes last': {
    holds: 'no log line “<stream>: …”, error or estimate of a stream follows its COMPLETE or INCOMPLETE',
    seenBy: SEEN_BY,
    otherwise: 'users see messages about a stream that has already ended, or its error after its end',
    violations: (output) =>
      [...output.configured.keys()].flatMap((name) => {
        const end = output.messages.findLastIndex(
          (message) => isFinal(message) && statusOf(message)?.stream_descriptor.name === name,
        );
        const after = end < 0 ? [] : output.messages.slice(end + 1);
        return after
          .filter((message) => isSaidOf(message, name))
          .map((message) => `${name}: ${JSON.stringify(message).slice(0, 300)}`);
      }),
  },
  'statuses of configured streams': {
    holds: 'statuses are only for streams of the configured catalog',
    seenBy: 'StreamStatusCompletionTracker.kt',
    otherwise: 'COMPLETE for another stream causes a WorkerException, and the sync fails',
    violations: ({ byStream, configured }) =>
      [...byStream].flatMap(([name, messages]) =>
        !configured.has(name) && statusesOf(messages).length > 0 ? [name] : [],
      ),
  },
  'one reason for a wait': {
    holds: 'RATE_LIMITED is the only reason of a RUNNING status, and has quota_reset',
    seenBy: SEEN_BY,
    otherwise: 'the platform does not show the wait',
    violations: ({ messages }) =>
      statusesOf(messages).flatMap(({ status, reasons, stream_descriptor: { name } }) => {
        if (reasons === undefined) return [];
        const isShown = status === 'RUNNING' && reasons.length === 1 && reasons[0]?.rate_limited?.quota_reset;
        return isShown ? [] : [`${name}: ${status} with ${JSON.stringify(reasons)}`];
      }),
  },
  'one kind of estimate': {
    holds: 'estimates are either for streams or for the sync, not for both',
    seenBy: 'AirbyteMessageTracker.kt',
    otherwise: 'the platform discards all estimates',
    violations: ({ messages }) => {
      const kinds = new Set(
        messages.flatMap((message) =>
          message.type === 'TRACE' && message.trace.type === 'ESTIMATE' ? [message.trace.estimate.type] : [],
        ),
      );
      return kinds.size > 1 ? [[...kinds].join(' and ')] : [];
    },
  },
  'a failed stream has its error': {
    holds: 'each INCOMPLETE stream has one TRACE ERROR, and other streams have none',
    seenBy: 'FailureHelper.kt',
    otherwise: 'users do not learn what to do, or a sync that succeeded looks failed',
    atEnd: true,
    violations: (output) =>
      ofStreams(output, (messages, name) => {
        const errors = errorsOf(messages).length;
        if (finalStatus(output, name) !== 'INCOMPLETE') return errors > 0;
        return errors !== 1 && !(errors === 0 && failedAsAWhole(output));
      }),
  },
  'no config_error first': {
    holds: 'the first error in order of emitted_at is a config_error only if all errors are',
    seenBy: 'ConnectionManagerWorkflowImpl.kt, FailureHelper.kt',
    otherwise: 'the job is not retried, although a retry might succeed for the streams with temporary failures',
    violations: ({ messages }) => {
      // Errors with the same time keep their order, as when the platform sorts them.
      const errors = errorsOf(messages).sort((a, b) => a.emitted_at - b.emitted_at);
      const [first] = errors;
      const other = errors.find(({ failure_type }) => failure_type !== 'config_error');
      return first?.failure_type === 'config_error' && other !== undefined
        ? [`“${first.message}” before “${other.message}”`]
        : [];
    },
  },
} satisfies Record<string, Rule>;
