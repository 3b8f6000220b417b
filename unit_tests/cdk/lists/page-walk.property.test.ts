import { describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import type { JsonObject } from '../../../src/cdk/index.ts';
import type { Page } from '../../../src/cdk/lists/page.ts';
import { type Part, walkPages } from '../../../src/cdk/lists/page-walk.ts';
import type { Resume } from '../../../src/cdk/lists/position.ts';
import { ReadAhead } from '../../../src/cdk/lists/read-ahead.ts';
import type { Window } from '../../../src/cdk/lists/windows.ts';
import { seedOf } from '../../support/random.ts';

const RUNS = Number(process.env.WALK_RUNS ?? 300);
const SEED = seedOf(20_261_129);

jest.setTimeout(60_000 + 10 * RUNS);

const NOW = Date.UTC(2026, 5, 1, 12);
const OLD = NOW - 3_600_000;

/** A change between two responses. `at`: index from the top. `enter`: a row that the filter excluded
 * until now comes into the list, anywhere but at the top. */
type Move = { kind: 'insert' } | { kind: 'delete' | 'enter' | 'edit'; at: number };

interface Listing {
  rows: number;
  largest: number;
  counts: boolean;
  clamps: boolean;
  filtered: boolean;
  lively: boolean;
  moves: Move[][];
  /** Number of pages requested ahead. */
  ahead: number;
  /** Decides in which order waiting requests are answered. */
  scheduler: fc.Scheduler;
}

/** A list whose keys decrease by 10 from row to row. Before each response, the given moves are made. */
class MovingList {
  rows: { key: number; stamp: number }[];
  readonly throughout: Set<number>;
  requests = 0;
  private now = NOW;
  private readonly listing: Listing;
  private readonly moves: Move[][];

  constructor(listing: Listing) {
    this.listing = listing;
    this.moves = [...listing.moves];
    this.rows = Array.from({ length: listing.rows }, (_, index) => ({
      key: (listing.rows - index) * 10,
      stamp: listing.lively && index === 0 ? NOW - 1_000 : OLD,
    }));
    this.throughout = new Set(this.rows.map(({ key }) => key));
  }

  getPage = async (window: Window): Promise<Page> => {
    await this.listing.scheduler.schedule(Promise.resolve());
    return this.answer(window);
  };

  private answer({ page, size: asked }: Window): Page {
    const moves = this.requests === 0 ? [] : (this.moves.shift() ?? []);
    this.requests += 1;
    this.now += 1_000;
    for (const move of moves) this.move(move);
    const { largest, counts, clamps } = this.listing;
    const size = Math.min(asked, largest);
    const pageCount = Math.ceil(this.rows.length / size);
    const current = clamps ? Math.min(page, Math.max(1, pageCount)) : page;
    const rows = this.rows.slice((current - 1) * size, current * size);
    return {
      rows: rows.map(({ key, stamp }): JsonObject => ({ id: key, modified: new Date(stamp).toISOString() })),
      totalCount: counts ? this.rows.length : undefined,
      pageCount: counts ? pageCount : undefined,
      perPage: size,
      clocks: { earlier: this.now, later: this.now },
    };
  }

  private move(move: Move): void {
    if (move.kind === 'insert') {
      this.rows.unshift({ key: (this.rows[0]?.key ?? 0) + 10, stamp: this.now });
      return;
    }
    const at = move.at % Math.max(1, this.rows.length);
    const row = this.rows[at];
    if (row === undefined) return;
    if (move.kind === 'delete') {
      this.rows.splice(at, 1);
      this.throughout.delete(row.key);
    } else if (move.kind === 'edit') {
      row.stamp = this.now;
    } else {
      const below = this.rows[at + 1]?.key ?? 0;
      const key = (row.key + below) / 2;
      if (key !== row.key && key !== below) this.rows.splice(at + 1, 0, { key, stamp: this.now });
    }
  }
}

const NATIVE = {
  name: 'list',
  keyOf: ({ id }: JsonObject) => Number(id),
  isSortable: true,
  log: () => undefined,
};

/** Walks over a list. `most`: stop after this number of parts. */
async function walk(
  list: MovingList,
  { filtered, largest: perPage, ahead, scheduler }: Listing,
  { resume, most }: { resume?: Resume; most?: number } = {},
): Promise<Part[]> {
  const parts: Part[] = [];
  const pages = { getPage: list.getPage, ahead: new ReadAhead(ahead), perPage };
  const collect = async (): Promise<void> => {
    for await (const part of walkPages({ ...NATIVE, ...pages, filtered, resume })) {
      parts.push(part);
      if (parts.length === most) break;
    }
  };
  await scheduler.waitFor(collect());
  return parts;
}

const keysOf = (parts: Part[]): number[] => parts.flatMap(({ rows }) => rows.map(({ id }) => Number(id)));

const at = fc.nat(60);
const move: fc.Arbitrary<Move> = fc.oneof(
  fc.constant<Move>({ kind: 'insert' }),
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('delete' as const), at }) },
  fc.record({ kind: fc.constant('enter' as const), at }),
  fc.record({ kind: fc.constant('edit' as const), at }),
);
const listing = (moves: fc.Arbitrary<Move[][]>): fc.Arbitrary<Listing> =>
  fc.record({
    rows: fc.integer({ min: 0, max: 50 }),
    largest: fc.integer({ min: 5, max: 12 }),
    counts: fc.oneof({ weight: 3, arbitrary: fc.constant(true) }, fc.constant(false)),
    clamps: fc.boolean(),
    filtered: fc.boolean(),
    lively: fc.boolean(),
    moves,
    ahead: fc.nat(4),
    scheduler: fc.scheduler(),
  });
const someMoves = fc.array(
  fc.oneof({ weight: 3, arbitrary: fc.constant<Move[]>([]) }, fc.array(move, { minLength: 1, maxLength: 4 })),
  { maxLength: 16 },
);
/** A deletion and an entry at the same time, so the count does not change. */
const swap = fc.tuple(at, at).map(([gone, entered]): Move[] => [
  { kind: 'delete', at: gone },
  { kind: 'enter', at: entered },
]);
const swaps = fc.array(fc.oneof({ weight: 4, arbitrary: fc.constant<Move[]>([]) }, swap), { maxLength: 10 });

describe('a walk over a moving list', () => {
  test.each([
    ['any moves', someMoves],
    ['moves that do not change the count', swaps],
  ])('yields every row that was in the list all the time, none twice: %s', async (_, moves) => {
    const everyRow = async (moving: Listing): Promise<void> => {
      const list = new MovingList(moving);
      const keys = keysOf(await walk(list, moving));
      expect(new Set(keys).size).toBe(keys.length);
      expect([...list.throughout].filter((key) => !keys.includes(key))).toEqual([]);
    };
    await fc.assert(fc.asyncProperty(listing(moves), everyRow), { numRuns: RUNS, seed: SEED });
  });

  test('loses nothing when it continues from any of its positions', async () => {
    const resumed = async (moving: Listing, stopAfter: number, between: Move[]): Promise<void> => {
      // A position cannot show rows that enter a whole list between two walks.
      const possible = (moves: Move[]): Move[] => moves.filter(({ kind }) => moving.filtered || kind !== 'enter');
      const list = new MovingList({ ...moving, moves: [...moving.moves, between].map(possible) });
      const parts = await walk(list, moving, { most: stopAfter + 1 });
      const position = parts.at(-1)?.position;
      if (position === undefined) return;
      const startedAt = parts[0]?.clocks.earlier ?? NOW;
      const rest = await walk(list, moving, { resume: { position, startedAt } });
      const keys = new Set(keysOf([...parts, ...rest]));
      expect([...list.throughout].filter((key) => !keys.has(key))).toEqual([]);
    };
    const property = fc.asyncProperty(listing(someMoves), fc.nat(8), fc.array(move, { maxLength: 6 }), resumed);
    await fc.assert(property, { numRuns: Math.ceil(RUNS / 2), seed: SEED });
  });
});
