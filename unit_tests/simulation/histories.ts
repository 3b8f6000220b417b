import fc from 'fast-check';
import type { LogFault } from '../../mock-api/delete-log.ts';
import type { Merge } from './destination.ts';
import type { Edit } from './edits.ts';
import { isCompared, STREAM_NAMES, type StreamName } from './streams.ts';
import type { Kill, Mode } from './sync.ts';
import { type Event, LARGEST_SKEW, type RequestFault, type ServerForm, type Step, type WorldOptions } from './world.ts';

/** One sync of a history, and what happens to the company before and during it. */
export interface Round {
  before: Event[];
  mode: Mode;
  steps: Step[];
  concurrency: number;
  kill: Kill | undefined;
  /** The request from which on the server is down, so that streams fail. */
  outageFrom: number;
  /** Whether the destination keeps records that came after the last state. */
  keepsTail: boolean;
  logFault: LogFault | undefined;
  listsAreEmpty: boolean;
  stateDamage: StateDamage;
}

/**
 * What happens to the states between two syncs. After damage, rows are emitted again. If a stream's keys are lost, earlier
 * deletions are not found, so these rows stay in the destination.
 */
export type StateDamage =
  | 'none'
  | 'cursor in the future'
  | 'cursor unreadable'
  | 'read in progress unreadable'
  | 'marks unreadable'
  | 'keys unreadable'
  | 'no keys, as in version 0.1'
  | 'comparison in the future';

export interface History {
  world: WorldOptions;
  merge: Merge;
  streams: StreamName[];
  startDate: string | undefined;
  rounds: Round[];
}

const HOUR_MS = 3_600_000;

const rarely = <T>(usual: T, ...others: fc.Arbitrary<T>[]): fc.Arbitrary<T> =>
  fc.oneof({ weight: 12, arbitrary: fc.constant(usual) }, ...others.map((arbitrary) => ({ weight: 1, arbitrary })));

function edits(stream: StreamName): fc.Arbitrary<Edit> {
  const pick = fc.nat(40);
  const to = <Kind extends Edit['kind']>(kind: Kind) => ({ kind: fc.constant(kind), stream: fc.constant(stream) });
  // Most deletions take one row; some empty a small list.
  const rows = rarely(1, fc.constantFrom(7, 60));
  const everywhere: fc.WeightedArbitrary<Edit>[] = [
    { weight: 3, arbitrary: fc.record(to('insert')) },
    { weight: 4, arbitrary: fc.record({ ...to('update'), pick }) },
    { weight: 4, arbitrary: fc.record({ ...to('delete'), pick, rows }) },
    { weight: 1, arbitrary: fc.record({ ...to('swap'), pick }) },
    { weight: 2, arbitrary: fc.record({ ...to('restore'), pick, stamp: fc.constant('new' as const) }) },
  ];
  // A Delete Log does not contain these changes.
  const onlyCompared: fc.WeightedArbitrary<Edit>[] = [
    { weight: 1, arbitrary: fc.record({ ...to('restore'), pick, stamp: fc.constant('old' as const) }) },
    { weight: 1, arbitrary: fc.record({ ...to('unstamped update'), pick }) },
    { weight: 1, arbitrary: fc.record({ ...to('archive'), pick }) },
  ];
  return fc.oneof(...everywhere, ...(isCompared(stream) ? onlyCompared : []));
}

function waits(streams: readonly StreamName[]): fc.Arbitrary<Event> {
  // The Delete Log keeps three days. Older deletions are not found.
  const days = streams.every(isCompared) ? [fc.nat(200 * HOUR_MS)] : [];
  return fc.record({
    kind: fc.constant('wait' as const),
    milliseconds: fc.oneof(fc.nat(3_000), fc.nat(200_000), fc.nat(HOUR_MS), ...days),
  });
}

function events(streams: readonly StreamName[], most: number): fc.Arbitrary<Event[]> {
  const edit = fc.oneof(...streams.map(edits));
  const event = fc.oneof({ weight: 12, arbitrary: edit }, { weight: 3, arbitrary: waits(streams) });
  return fc.array(event, { maxLength: most });
}

const fault: fc.Arbitrary<RequestFault> = rarely<RequestFault>(
  'none',
  fc.constantFrom<RequestFault>('server error', 'connection lost', 'not json', 'quota'),
  fc.constantFrom<RequestFault>('Date of 2099', 'Date of 1970', 'Date an hour late'),
);

const logFault: fc.Arbitrary<LogFault | undefined> = fc.oneof(
  { weight: 12, arbitrary: fc.constant(undefined) },
  {
    weight: 4,
    arbitrary: fc.constantFrom<LogFault>(
      'empty pages without end',
      'first page without end',
      'same cursor',
      'no cursor',
    ),
  },
  // Rare, because a sync with this fault takes 200 requests.
  { weight: 1, arbitrary: fc.constant<LogFault>('new entries without end') },
);

const stateDamage = rarely<StateDamage>(
  'none',
  fc.constantFrom<StateDamage>(
    'cursor in the future',
    'cursor unreadable',
    'read in progress unreadable',
    'marks unreadable',
  ),
  fc.constantFrom<StateDamage>('keys unreadable', 'no keys, as in version 0.1', 'comparison in the future'),
);

const kill: fc.Arbitrary<Kill | undefined> = fc.oneof(
  { weight: 3, arbitrary: fc.constant(undefined) },
  { weight: 2, arbitrary: fc.record({ at: fc.constant('line' as const), number: fc.nat(80) }) },
  { weight: 1, arbitrary: fc.record({ at: fc.constant('request' as const), number: fc.nat(30) }) },
);

function round(streams: readonly StreamName[]): fc.Arbitrary<Round> {
  const step: fc.Arbitrary<Step> = fc.record({
    events: fc.oneof({ weight: 2, arbitrary: fc.constant<Event[]>([]) }, { weight: 1, arbitrary: events(streams, 3) }),
    fault,
  });
  return fc.record({
    before: events(streams, 8),
    mode: rarely<Mode>('incremental', fc.constant('full_refresh')),
    steps: fc.array(step, { maxLength: 40 }),
    concurrency: fc.constantFrom(1, 4, 16),
    kill,
    outageFrom: rarely(Number.POSITIVE_INFINITY, fc.nat(30)),
    keepsTail: fc.boolean(),
    logFault,
    listsAreEmpty: rarely(false, fc.constant(true)),
    stateDamage,
  });
}

/** The difference between one of the server's clocks and ours. */
const skewMs = fc.oneof(fc.constant(0), fc.integer({ min: -LARGEST_SKEW, max: LARGEST_SKEW }));

const visibility: fc.Arbitrary<number[]> = fc.oneof(
  fc.constant<number[]>([0]),
  fc.array(fc.oneof(fc.constant(0), fc.nat(20_000), fc.nat(100_000)), { minLength: 1, maxLength: 7 }),
);

/** Without single rows, an archived row that the list omits cannot be distinguished from a deleted one. */
const server: fc.Arbitrary<ServerForm> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ singleRowsRefusedWith: undefined, hidesArchived: false }) },
  { weight: 1, arbitrary: fc.constant({ singleRowsRefusedWith: undefined, hidesArchived: true }) },
  {
    weight: 1,
    arbitrary: fc.record({ singleRowsRefusedWith: fc.constantFrom(403, 404, 405), hidesArchived: fc.constant(false) }),
  },
);

/** Companies are small, so pages are small too: the lists have several pages. A few companies have pages as large as Float's. */
const size = fc.oneof(
  { weight: 40, arbitrary: fc.record({ largestPage: fc.integer({ min: 5, max: 9 }), rows: fc.nat(40) }) },
  { weight: 1, arbitrary: fc.record({ largestPage: fc.constant(200), rows: fc.integer({ min: 150, max: 450 }) }) },
);

export const histories: fc.Arbitrary<History> = fc
  .subarray(STREAM_NAMES, { minLength: 1, maxLength: 2 })
  .chain((streams) =>
    fc.record({
      world: fc
        .record({
          dialect: fc.constantFrom('float' as const, 'neutral' as const),
          paginationHeaders: fc.constantFrom('all' as const, 'all' as const, 'per-page-only' as const),
          pastTheEnd: fc.constantFrom('repeat' as const, 'empty' as const),
          clocks: fc.record({ dateMs: skewMs, rowsMs: skewMs, deletionsMs: skewMs }),
          deleteLogRepeats: fc.boolean(),
          server,
          visibility,
          size,
        })
        .map(({ size, ...options }) => ({ ...options, ...size })),
      merge: fc.constantFrom<Merge>('newest cursor', 'last arrival'),
      streams: fc.constant(streams),
      startDate: fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, fc.constant('2026-05-20T00:00:00Z')),
      rounds: fc.array(round(streams), { minLength: 1, maxLength: 5 }),
    }),
  );
