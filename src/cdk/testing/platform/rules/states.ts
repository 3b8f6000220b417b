import { counted } from '../../../protocol/counted.ts';
import { type Configured, eachOf, finalStatus, type ParsedRun } from '../parse-run.ts';
import type { Message, State } from '../protocol.ts';
import type { Rule } from './rule.ts';

const states = ({ messages }: ParsedRun): State[] => eachOf(messages, 'STATE').map(({ state }) => state);

const nameOf = (state: State): string => state.stream?.stream_descriptor.name ?? '';

/** Whether the platform counts the message: it drops empty records first. */
const isCounted = (message: Message): boolean =>
  message.type === 'RECORD' && Object.keys(message.record.data).length > 0;

interface Counted {
  readonly name: string;
  readonly said: number | undefined;
  readonly seen: number;
}

/** The record count of each STATE (`said`), and the actual number of records since the previous one (`seen`). */
function counts({ byStream }: ParsedRun): Counted[] {
  return [...byStream].flatMap(([name, messages]) => {
    let seen = 0;
    return messages.flatMap((message) => {
      if (isCounted(message)) seen += 1;
      if (message.type !== 'STATE') return [];
      const counted = { name, said: message.state.sourceStats?.recordCount, seen };
      seen = 0;
      return [counted];
    });
  });
}

const countsWhere = (output: ParsedRun, isWrong: (count: Counted) => boolean): string[] =>
  counts(output)
    .filter(isWrong)
    .map(({ name, said, seen }) => `${name}: recordCount ${said} after ${counted(seen, 'record')}`);

/** Violations in the configured streams, each with the stream's name. */
const ofStreams = (
  output: ParsedRun,
  judge: (stream: Configured, messages: readonly Message[]) => string | undefined,
) =>
  [...output.configured.values()].flatMap((stream) => {
    const breach = judge(stream, output.byStream.get(stream.name) ?? []);
    return breach === undefined ? [] : [`${stream.name}: ${breach}`];
  });

export const OF_STATES = {
  'states of type STREAM': {
    holds: 'each STATE is of type STREAM',
    seenBy: 'StateEnricher.kt, and the state aggregators, which reject states of two types in one sync',
    otherwise: 'the sync fails, because LEGACY states are deprecated and a missing type means LEGACY',
    violations: (output) =>
      states(output).flatMap(({ type = 'LEGACY (no type given)', stream }) =>
        type === 'STREAM' && stream !== undefined ? [] : [`a STATE of type ${type}`],
      ),
  },
  'states without an id': {
    holds: 'a STATE has no member id',
    seenBy: 'StateWithId.kt',
    otherwise: 'the platform does not add the id by which it identifies a STATE',
    violations: (output) => states(output).flatMap(({ id }) => (id === undefined ? [] : [`id ${JSON.stringify(id)}`])),
  },
  'states are not empty': {
    holds: 'the state of a stream is not an empty object',
    seenBy: 'docs/understanding-airbyte/airbyte-protocol.md',
    otherwise: 'an empty object means “no state”, so the next sync starts from the beginning',
    violations: (output) =>
      states(output).flatMap((state) =>
        state.stream !== undefined && Object.keys(state.stream.stream_state ?? {}).length === 0 ? [nameOf(state)] : [],
      ),
  },
  'states of configured streams': {
    holds: 'states are only for streams of the configured catalog',
    seenBy: 'SyncPersistence.kt',
    otherwise: 'the state is stored, and passed to the source once the stream is selected again',
    violations: (output) =>
      states(output).flatMap((state) =>
        state.stream === undefined || output.configured.has(nameOf(state)) ? [] : [nameOf(state)],
      ),
  },
  'states have record counts': {
    holds: 'recordCount of a STATE is the number of records of its stream since the previous STATE of this stream',
    seenBy: 'StateEnricher.kt, checksum bookkeeping',
    otherwise: 'the platform logs an error, or fails the sync if platform.fail-sync-on-invalid-checksum is set',
    violations: (output) => countsWhere(output, ({ said, seen }) => said === undefined || said < seen),
  },
  'states after their records': {
    holds: 'recordCount of a STATE includes only records that were printed before this STATE',
    seenBy: 'docs/understanding-airbyte/airbyte-protocol.md',
    otherwise: 'if the sync is killed after the STATE, the records that it counts but that come later are lost',
    violations: (output) => countsWhere(output, ({ said = 0, seen }) => said > seen),
  },
  'a state of each stream': {
    // A failed stream needs a STATE only if it continued from a state. It can repeat that one, because the platform already has
    // it. The platform could take any other state (a sentinel, an empty one) for that of a complete stream.
    holds: 'a complete stream has a STATE, and so has a failed stream that continued from a state and emitted records',
    seenBy: 'ensure_at_least_one_state_emitted of the Python CDK; StreamStatusCompletionTracker.kt',
    otherwise: 'the platform never shows the stream as complete, or does not commit its records',
    atEnd: true,
    violations: (output) =>
      ofStreams(output, ({ name, syncMode, hasState }, messages) => {
        if (messages.some(({ type }) => type === 'STATE')) return undefined;
        const final = finalStatus(output, name);
        if (final === 'COMPLETE') return 'complete without a STATE';
        const hasDelivered = messages.some(isCounted);
        return final === 'INCOMPLETE' && hasDelivered && hasState && syncMode === 'incremental'
          ? 'no STATE follows its records, although it started from a state'
          : undefined;
      }),
  },
  'no record after the last state': {
    holds: 'a STATE follows the last record of a complete stream',
    seenBy: 'SyncPersistence.kt',
    otherwise:
      'the next sync reads the record again, and the platform’s counts of emitted and committed records differ',
    violations: (output) =>
      ofStreams(output, ({ name }, messages) => {
        if (finalStatus(output, name) !== 'COMPLETE') return undefined;
        const last = messages.findLastIndex(({ type }) => type === 'STATE');
        const uncovered = messages.slice(last + 1).filter(isCounted).length;
        return last >= 0 && uncovered > 0 ? `${counted(uncovered, 'record')} after its last STATE` : undefined;
      }),
  },
} satisfies Record<string, Rule>;
