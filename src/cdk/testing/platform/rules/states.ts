import { type Configured, eachOf, finalStatus, type ParsedRun } from '../parse-run.ts';
import type { Message, State } from '../protocol.ts';
import type { Rule } from './rule.ts';

const states = ({ messages }: ParsedRun): State[] => eachOf(messages, 'STATE').map(({ state }) => state);

const nameOf = (state: State): string => state.stream?.stream_descriptor.name ?? '';

/** As the platform counts, which drops records of nothing before. */
const isCounted = (message: Message): boolean =>
  message.type === 'RECORD' && Object.keys(message.record.data).length > 0;

interface Counted {
  readonly name: string;
  readonly said: number | undefined;
  readonly seen: number;
}

/** What each STATE says that it covers, and what came since the one before it. */
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
    .map(({ name, said, seen }) => `${name}: recordCount ${said} after ${seen} records`);

/** Sentences about streams of a sync that ended. */
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
    seenBy: 'StateEnricher.kt, and the aggregators of states, which take no two types in one sync',
    otherwise: 'the sync fails: LEGACY states are deprecated, and a missing type is LEGACY',
    violations: (output) =>
      states(output).flatMap(({ type = 'LEGACY, since it has none', stream }) =>
        type === 'STREAM' && stream !== undefined ? [] : [`a STATE of type ${type}`],
      ),
  },
  'states without an id': {
    holds: 'a STATE has no member id',
    seenBy: 'StateWithId.kt',
    otherwise: 'the platform’s own id, by which it knows a STATE again, is not added',
    violations: (output) => states(output).flatMap(({ id }) => (id === undefined ? [] : [`id ${JSON.stringify(id)}`])),
  },
  'states hold something': {
    holds: 'the state of a stream is an object with members',
    seenBy: 'docs/understanding-airbyte/airbyte-protocol.md',
    otherwise: 'it is what the platform makes up for a stream that said nothing: the next sync begins anew',
    violations: (output) =>
      states(output).flatMap((state) =>
        state.stream !== undefined && Object.keys(state.stream.stream_state ?? {}).length === 0 ? [nameOf(state)] : [],
      ),
  },
  'states of configured streams': {
    holds: 'each STATE is of a stream of the configured catalog',
    seenBy: 'SyncPersistence.kt',
    otherwise: 'a state that nobody asked for is kept, and handed in where the stream is selected again',
    violations: (output) =>
      states(output).flatMap((state) =>
        state.stream === undefined || output.configured.has(nameOf(state)) ? [] : [nameOf(state)],
      ),
  },
  'states count': {
    holds: 'a STATE says how many records it covers: all since the one before it',
    seenBy: 'StateEnricher.kt, bookkeeping of checksums',
    otherwise: 'an error in the log; with platform.fail-sync-on-invalid-checksum the sync fails',
    violations: (output) => countsWhere(output, ({ said, seen }) => said === undefined || said < seen),
  },
  'states after their records': {
    holds: 'a STATE covers only what was printed before it',
    seenBy: 'docs/understanding-airbyte/airbyte-protocol.md',
    otherwise: 'a sync that dies between the two loses the records',
    violations: (output) => countsWhere(output, ({ said = 0, seen }) => said > seen),
  },
  'a state of each stream': {
    // A stream that failed has something to state only where it goes on from one: the platform has the one it gave.
    // Whatever else it might say (a sentinel, an empty one) could be taken for an end.
    holds: 'a stream that completed has a STATE; so has one that failed on its way from the state that it was given',
    seenBy: 'ensure_at_least_one_state_emitted of the Python CDK; StreamStatusCompletionTracker.kt',
    otherwise: 'the stream never shows as complete, or what it delivered is committed nowhere',
    atEnd: true,
    violations: (output) =>
      ofStreams(output, ({ name, syncMode, hasState }, messages) => {
        if (messages.some(({ type }) => type === 'STATE')) return undefined;
        const final = finalStatus(output, name);
        if (final === 'COMPLETE') return 'complete without a STATE';
        const hasDelivered = messages.some(isCounted);
        return final === 'INCOMPLETE' && hasDelivered && hasState && syncMode === 'incremental'
          ? 'what it delivered is covered by no STATE, though it was given one'
          : undefined;
      }),
  },
  'no record after the last state': {
    holds: 'the last record of a complete stream is covered by a STATE',
    seenBy: 'SyncPersistence.kt',
    otherwise: 'the next sync reads it again, and the counts never meet',
    violations: (output) =>
      ofStreams(output, ({ name }, messages) => {
        if (finalStatus(output, name) !== 'COMPLETE') return undefined;
        const last = messages.findLastIndex(({ type }) => type === 'STATE');
        const uncovered = messages.slice(last + 1).filter(isCounted).length;
        return last >= 0 && uncovered > 0 ? `${uncovered} records after its last STATE` : undefined;
      }),
  },
} satisfies Record<string, Rule>;
