import { descriptorOf, errorsOf, finalStatus, type ParsedRun, statusesOf, statusOf } from '../parse-run.ts';
import type { Message } from '../protocol.ts';
import type { Rule } from './rule.ts';

const SEEN_BY = 'bookkeeping/streamstatus/*';

/** Any beginning of a life; a stream that nobody knows never runs. */
const LIFE = /^STARTED( RUNNING)*( INCOMPLETE)?$|^STARTED( RUNNING)+ COMPLETE$/;

const ofStreams = (
  { configured, byStream }: ParsedRun,
  judge: (messages: readonly Message[], name: string) => boolean,
) => [...configured.keys()].filter((name) => judge(byStream.get(name) ?? [], name));

/** Whether the sync failed as a whole, which leaves streams where they were. */
const failedAsAWhole = ({ messages }: ParsedRun): boolean =>
  errorsOf(messages).some(({ stream_descriptor }) => stream_descriptor === undefined);

const isFinal = (message: Message): boolean => ['COMPLETE', 'INCOMPLETE'].includes(statusOf(message)?.status ?? '');

/** Nothing in a destination is changed by what is said of an estimate or of an error. */
const isData = ({ type }: Message): boolean => type === 'RECORD' || type === 'STATE';

/** A log line, an error or an estimate of a stream. Records, states and statuses have rules of their own. */
const isSaidOf = (message: Message, name: string): boolean =>
  message.type === 'LOG'
    ? message.log.message.startsWith(`${name}: `)
    : message.type === 'TRACE' && message.trace.type !== 'STREAM_STATUS' && descriptorOf(message)?.name === name;

export const OF_STATUSES = {
  'exit 0 means complete': {
    holds: 'with exit code 0, every configured stream is COMPLETE',
    seenBy: 'ReplicationTask.kt, StreamStatusCompletionTracker.kt',
    otherwise: 'the destination is told that each stream is complete, and replaces good data by a part of it',
    atEnd: true,
    violations: (output) =>
      output.verb === 'read' && output.code === 0
        ? ofStreams(output, (_, name) => finalStatus(output, name) !== 'COMPLETE')
        : [],
  },
  'each stream has an end': {
    holds: 'a sync that failed in some streams says of each whether it is complete',
    seenBy: SEEN_BY,
    otherwise: 'the stream shows as running for ever',
    atEnd: true,
    violations: (output) =>
      output.verb === 'read' && output.code !== 0 && !failedAsAWhole(output)
        ? ofStreams(output, (messages) => !messages.some(isFinal))
        : [],
  },
  'statuses in order': {
    holds: 'a stream is STARTED, then RUNNING, in the end COMPLETE or INCOMPLETE',
    seenBy: `${SEEN_BY}; test_read of the connector acceptance tests`,
    otherwise: 'the user interface shows something else than what is',
    violations: (output) =>
      ofStreams(output, (messages) => {
        const statuses = statusesOf(messages).map(({ status }) => status);
        return statuses.length > 0 && !LIFE.test(statuses.join(' '));
      }),
  },
  'nothing outside of a stream’s life': {
    holds: 'records and states of a stream come after STARTED and before its end',
    seenBy: SEEN_BY,
    otherwise: 'a stream counts as complete before it is',
    violations: (output) =>
      ofStreams(output, (messages) => {
        const started = messages.findIndex((message) => statusOf(message)?.status === 'STARTED');
        const end = messages.findIndex(isFinal);
        return messages.some(
          (message, at) => isData(message) && (started < 0 || at < started || (end >= 0 && at > end)),
        );
      }),
  },
  'the last word is the status': {
    holds: 'no log line “<stream>: …”, error or estimate of a stream follows its COMPLETE or INCOMPLETE',
    seenBy: SEEN_BY,
    otherwise: 'users read of a stream that goes on though it has ended, or ended for a reason that comes later',
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
    holds: 'each status is of a stream of the configured catalog',
    seenBy: 'StreamStatusCompletionTracker.kt',
    otherwise: 'COMPLETE for any other one is a WorkerException: the sync fails',
    violations: ({ byStream, configured }) =>
      [...byStream].flatMap(([name, messages]) =>
        !configured.has(name) && statusesOf(messages).length > 0 ? [name] : [],
      ),
  },
  'one reason for a wait': {
    holds: 'RATE_LIMITED is the single reason of a RUNNING, and says until when',
    seenBy: SEEN_BY,
    otherwise: 'the wait is not shown',
    violations: ({ messages }) =>
      statusesOf(messages).flatMap(({ status, reasons, stream_descriptor: { name } }) => {
        if (reasons === undefined) return [];
        const isShown = status === 'RUNNING' && reasons.length === 1 && reasons[0]?.rate_limited?.quota_reset;
        return isShown ? [] : [`${name}: ${status} with ${JSON.stringify(reasons)}`];
      }),
  },
  'one kind of estimate': {
    holds: 'estimates are of streams or of the sync, not of both',
    seenBy: 'AirbyteMessageTracker.kt',
    otherwise: 'all estimates are thrown away',
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
    holds: 'a stream that is INCOMPLETE has one TRACE ERROR of its own, any other has none',
    seenBy: 'FailureHelper.kt',
    otherwise: 'users do not learn what to do, or are told of a failure that was none',
    atEnd: true,
    violations: (output) =>
      ofStreams(output, (messages, name) => {
        const errors = errorsOf(messages).length;
        if (finalStatus(output, name) !== 'INCOMPLETE') return errors > 0;
        return errors !== 1 && !(errors === 0 && failedAsAWhole(output));
      }),
  },
  'the first error decides': {
    holds: 'by emitted_at, no config_error comes before an error of another type',
    seenBy: 'ConnectionManagerWorkflowImpl.kt, FailureHelper.kt',
    otherwise: 'the job is not tried again, though another try would bring the streams that failed for a while',
    violations: ({ messages }) => {
      // The sort is stable, as Kotlin's is.
      const errors = errorsOf(messages).sort((a, b) => a.emitted_at - b.emitted_at);
      const [first] = errors;
      const other = errors.find(({ failure_type }) => failure_type !== 'config_error');
      return first?.failure_type === 'config_error' && other !== undefined
        ? [`“${first.message}” before “${other.message}”`]
        : [];
    },
  },
} satisfies Record<string, Rule>;
