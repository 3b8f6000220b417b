import fc from 'fast-check';
import { type Counts, LIES, type Lie } from './counts.ts';
import type { ListName, Order } from './rows.ts';
import type { Move, OddPage, ServerDescription } from './server.ts';

/** One read by the connector. `later incremental`: after an honest server answered the previous sync. */
export interface Scenario {
  read: 'full refresh' | 'first incremental' | 'later incremental';
  concurrency: number;
  server: ServerDescription;
}

type Whole = Omit<ServerDescription, 'list'>;
type Lies = Partial<Whole>;

const share = fc.nat(999).map((thousandths) => thousandths / 1_000);
const seed = fc.nat(999);

const list: fc.Arbitrary<ListName> = fc.constantFrom<ListName>(
  'people',
  'people',
  'clients',
  'public_holidays',
  'logged_time',
);

const rows = fc.oneof(
  { weight: 4, arbitrary: fc.nat(60) },
  { weight: 4, arbitrary: fc.integer({ min: 60, max: 250 }) },
  { weight: 2, arbitrary: fc.integer({ min: 250, max: 1_500 }) },
  // Multiples of the page sizes, and one more.
  { weight: 2, arbitrary: fc.constantFrom(0, 1, 10, 20, 50, 51, 100) },
  { weight: 1, arbitrary: fc.constantFrom(200, 201, 400, 600, 601) },
);

const order: fc.Arbitrary<Order> = fc.oneof(
  { weight: 5, arbitrary: fc.constant<Order>({ kind: 'newest first' }) },
  { weight: 3, arbitrary: fc.constant<Order>({ kind: 'oldest first' }) },
  { weight: 3, arbitrary: seed.map((value): Order => ({ kind: 'none', seed: value })) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('newest first, some out of place' as const),
      rows: fc.integer({ min: 1, max: 4 }),
      seed,
    }),
  },
);

const smallPage = fc.constantFrom(3, 5, 7, 10, 20, 25, 50, 100, 150);
const pageSize: fc.Arbitrary<ServerDescription['pageSize']> = fc.oneof(
  { weight: 5, arbitrary: smallPage.map((capRows) => ({ kind: 'honoured' as const, capRows })) },
  { weight: 1, arbitrary: fc.constant({ kind: 'honoured' as const, capRows: 1_000 }) },
  {
    weight: 3,
    arbitrary: fc.oneof(smallPage, fc.constantFrom(200, 250, 500)).map((own) => ({ kind: 'own' as const, rows: own })),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(10, 100, 150).map((leastRows) => ({ kind: 'at least' as const, leastRows })),
  },
);

const lie = fc.constantFrom<Lie>(...LIES);
const RIGHT: Counts = { total: 'right', pages: 'right', currentPage: 'right', perPage: 'right' };
const counts: fc.Arbitrary<Counts> = fc.oneof(
  fc.record({ total: lie, pages: lie, currentPage: lie, perPage: lie }),
  lie.map((total) => ({ ...RIGHT, total })),
  lie.map((pages) => ({ ...RIGHT, pages })),
  lie.map((currentPage) => ({ ...RIGHT, currentPage })),
  lie.map((perPage) => ({ ...RIGHT, perPage })),
  // Yii2 sends these zeros.
  fc.constant<Counts>({ ...RIGHT, total: 'zero', pages: 'zero' }),
  fc.constant<Counts>({ total: 'missing', pages: 'missing', currentPage: 'missing', perPage: 'right' }),
  fc.constant<Counts>({ total: 'missing', pages: 'missing', currentPage: 'missing', perPage: 'missing' }),
);

const run = fc.tuple(share, fc.constantFrom(0.02, 0.1, 0.3)).map(([from, length]) => ({ from, to: from + length }));

const oddPage: fc.Arbitrary<OddPage> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      page: fc.integer({ min: 2, max: 5 }),
      answer: fc.constantFrom<OddPage['answer']>('empty', 404, 422),
      isOnce: fc.constant(true),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      page: fc.integer({ min: 2, max: 5 }),
      answer: fc.constantFrom<OddPage['answer']>('empty', 404, 422),
      isOnce: fc.constant(false),
    }),
  },
  { weight: 1, arbitrary: fc.constant<OddPage>({ page: 1, answer: 'empty', isOnce: true }) },
);

// Most lists have few pages.
const before = fc.oneof(fc.nat(5), fc.nat(30));
const move: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constantFrom('delete' as const, 'delete' as const, 'edit' as const, 'enter in the middle' as const),
      before,
      at: share,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('insert' as const), before, rows: fc.integer({ min: 1, max: 5 }) }),
  },
);
const moves = fc
  .tuple(
    fc.array(move, { minLength: 1, maxLength: 10 }),
    fc.option(fc.record({ kind: fc.constant('insert' as const), before, rows: fc.constant('aPage' as const) }), {
      freq: 5,
    }),
  )
  .map(([small, large]): Move[] => (large === null ? small : [...small, large]));

const pastTheEnd = fc.constantFrom<ServerDescription['pastTheEnd']>('empty', 'last page', 'first page', 204, 404, 422);
const duplicate = fc.record({ of: share, at: share, differs: fc.boolean() });

/** Each entry makes a server wrong, or awkward, in one way. */
const lies: readonly { weight: number; arbitrary: fc.Arbitrary<Lies> }[] = [
  { weight: 5, arbitrary: fc.record({ counts }) },
  { weight: 3, arbitrary: fc.record({ pageSize }) },
  { weight: 3, arbitrary: fc.record({ pastTheEnd }) },
  { weight: 2, arbitrary: fc.record({ hidesEvery: fc.constantFrom(2, 3, 10), countsHidden: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ hidesRun: run, countsHidden: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ duplicate }) },
  { weight: 2, arbitrary: fc.record({ oddPage }) },
  { weight: 3, arbitrary: fc.record({ moves }) },
  { weight: 2, arbitrary: fc.record({ order }) },
];
/** Given up on by every reader, so rare. */
const IGNORES_PAGE = { weight: 1, arbitrary: fc.constant<Lies>({ ignoresPage: true }) };

const honest: fc.Arbitrary<Whole> = fc.record({
  rows,
  order,
  hidesEvery: fc.constant(0),
  hidesRun: fc.constant(null),
  duplicate: fc.constant(null),
  changed: fc.constantFrom(0.1, 0.5, 1),
  pageSize: fc.oneof(
    fc.constantFrom(200, 1_000).map((capRows) => ({ kind: 'honoured' as const, capRows })),
    smallPage.map((capRows) => ({ kind: 'honoured' as const, capRows })),
  ),
  ignoresPage: fc.constant(false),
  counts: fc.constant(RIGHT),
  countsHidden: fc.constant(true),
  pastTheEnd,
  oddPage: fc.constant(null),
  moves: fc.constant<Move[]>([]),
  body: fc.constantFrom('array' as const, 'data' as const),
});

const description: fc.Arbitrary<Whole> = fc
  .tuple(
    honest,
    fc.oneof(
      { weight: 2, arbitrary: fc.constant<Lies[]>([]) },
      { weight: 4, arbitrary: fc.tuple(fc.oneof(...lies, IGNORES_PAGE)) },
      { weight: 4, arbitrary: fc.array(fc.oneof(...lies), { minLength: 2, maxLength: 5 }) },
    ),
  )
  .map(([base, chosen]) => settled(Object.assign({}, base, ...chosen)));

/** Rows that never arrive whatever is read (a page that is always odd, a key that is there twice) belong to lists that do not move. */
function settled(server: Whole): Whole {
  const isStill = server.duplicate !== null || (server.oddPage !== null && !server.oddPage.isOnce);
  return isStill ? { ...server, moves: [] } : server;
}

export const scenarios: fc.Arbitrary<Scenario> = list.chain((name) =>
  fc.record({
    read: isIncremental(name)
      ? fc.constantFrom<Scenario['read']>('full refresh', 'first incremental', 'later incremental')
      : fc.constant<Scenario['read']>('full refresh'),
    concurrency: fc.constantFrom(1, 4),
    server: description.map((server) => ({ list: name, ...server })),
  }),
);

function isIncremental(name: ListName): boolean {
  return name === 'people' || name === 'logged_time';
}
