import fc from 'fast-check';
import type { LogFault } from '../../mock-api/delete-log.ts';
import type { Merge } from './destination.ts';
import {
  type Event,
  LARGEST_SKEW,
  STREAMS,
  type Step,
  type StreamName,
  type Trouble,
  type WorldOptions,
} from './world.ts';

/** One sync of a history, and what happens to the company before and during it. */
export interface Round {
  before: Event[];
  steps: Step[];
  concurrency: number;
  /** Infinity where the sync is not killed. */
  killedAtLine: number;
  /** Whether the destination keeps records behind the last state. */
  keepsTail: boolean;
  logFault: LogFault | undefined;
  stateDamage: StateDamage;
}

/** What happens to the states between two syncs. All of it heals, though not without reading more. */
export type StateDamage =
  | 'none'
  | 'cursor in the future'
  | 'cursor unreadable'
  | 'read in progress unreadable'
  | 'marks unreadable';

export interface History {
  world: WorldOptions;
  merge: Merge;
  streams: StreamName[];
  startDate: string | undefined;
  rounds: Round[];
}

const names = Object.keys(STREAMS) as StreamName[];

function events(streams: readonly StreamName[], most: number): fc.Arbitrary<Event[]> {
  const stream = fc.constantFrom(...streams);
  const pick = fc.nat(40);
  const event: fc.Arbitrary<Event> = fc.oneof(
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('insert' as const), stream }) },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('update' as const), stream, pick }) },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('delete' as const), stream, pick }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('restore' as const), stream, pick }) },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('wait' as const),
        milliseconds: fc.oneof(fc.nat(3_000), fc.nat(200_000), fc.nat(3_600_000)),
      }),
    },
  );
  return fc.array(event, { maxLength: most });
}

const trouble: fc.Arbitrary<Trouble> = fc.oneof(
  { weight: 12, arbitrary: fc.constant('none' as const) },
  { weight: 1, arbitrary: fc.constantFrom<Trouble>('server error', 'connection lost', 'not json', 'quota') },
  { weight: 1, arbitrary: fc.constantFrom<Trouble>('Date of 2099', 'Date of 1970', 'Date an hour late') },
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
  // It takes 200 requests.
  { weight: 1, arbitrary: fc.constant<LogFault>('new entries without end') },
);

const stateDamage: fc.Arbitrary<StateDamage> = fc.oneof(
  { weight: 12, arbitrary: fc.constant('none' as const) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<StateDamage>(
      'cursor in the future',
      'cursor unreadable',
      'read in progress unreadable',
      'marks unreadable',
    ),
  },
);

/** Of one clock, against ours. */
const skewMs = fc.oneof(fc.constant(0), fc.integer({ min: -LARGEST_SKEW, max: LARGEST_SKEW }));

function round(streams: readonly StreamName[]): fc.Arbitrary<Round> {
  const step: fc.Arbitrary<Step> = fc.record({
    events: fc.oneof({ weight: 2, arbitrary: fc.constant<Event[]>([]) }, { weight: 1, arbitrary: events(streams, 3) }),
    trouble,
  });
  return fc.record({
    before: events(streams, 8),
    steps: fc.array(step, { maxLength: 40 }),
    concurrency: fc.constantFrom(1, 4, 16),
    killedAtLine: fc.oneof(fc.constant(Number.POSITIVE_INFINITY), fc.nat(80)),
    keepsTail: fc.boolean(),
    logFault,
    stateDamage,
  });
}

const visibility: fc.Arbitrary<number[]> = fc.oneof(
  fc.constant<number[]>([0]),
  fc.array(fc.oneof(fc.constant(0), fc.nat(20_000), fc.nat(100_000)), { minLength: 1, maxLength: 7 }),
);

export const histories: fc.Arbitrary<History> = fc.subarray(names, { minLength: 1, maxLength: 2 }).chain((streams) =>
  fc.record({
    world: fc.record({
      // Small pages, so that small companies have many; a server names its page size in a header.
      largestPage: fc.integer({ min: 5, max: 9 }),
      rows: fc.integer({ min: 0, max: 40 }),
      dialect: fc.constantFrom('float' as const, 'neutral' as const),
      paginationHeaders: fc.constantFrom('all' as const, 'all' as const, 'per-page-only' as const),
      pastTheEnd: fc.constantFrom('repeat' as const, 'empty' as const),
      clocks: fc.record({ dateMs: skewMs, rowsMs: skewMs, deletionsMs: skewMs }),
      deleteLogRepeats: fc.boolean(),
      visibility,
    }),
    merge: fc.constantFrom<Merge>('newest cursor', 'last arrival'),
    streams: fc.constant(streams),
    startDate: fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, fc.constant('2026-05-20T00:00:00Z')),
    rounds: fc.array(round(streams), { minLength: 1, maxLength: 5 }),
  }),
);
