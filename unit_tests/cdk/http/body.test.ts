import { once, setMaxListeners } from 'node:events';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readText } from '../../../src/cdk/http/body.ts';
import { BodyBudget } from '../../../src/cdk/http/body-budget.ts';
import type { Outcome } from '../../../src/cdk/http/outcome.ts';
import { settled } from '../../../src/cdk/testing/index.ts';
import { seedOf } from '../../support/random.ts';

const ONE_BYTES = 6_400;
const ALL_BYTES = 12_800;

function* inPieces(body: Buffer, pieceBytes = 1_000): Iterable<Buffer> {
  for (let at = 0; at < body.length; at += pieceBytes) yield body.subarray(at, at + pieceBytes);
}

async function* arriving(body: Buffer): AsyncIterable<Buffer> {
  yield* inPieces(body);
}

const read = (body: Buffer, encoding: string | null): Promise<string | Outcome> =>
  readText(arriving(body), encoding, new BodyBudget(ONE_BYTES, ALL_BYTES).share(), new AbortController().signal);

/** Compresses badly. */
const NOISE = Buffer.from(Array.from({ length: ONE_BYTES * 2 }, (_, n) => 32 + ((n * n * 7919) % 89)));

test.each(['gzip', 'X-GZip', ' gzip ', 'identity, gzip', 'gzip,'])('the encoding %j is decompressed', async (name) => {
  expect(await read(gzipSync('[1]'), name)).toBe('[1]');
});

test.each([null, '', 'Identity', ' , '])('%j means no encoding', async (name) => {
  expect(await read(Buffer.from('[1]'), name)).toBe('[1]');
});

test.each([
  ['br', 'br'],
  ['Deflate', 'deflate'],
  ['gzip, gzip', 'gzip, gzip'],
  ['x'.repeat(1_000), 'a long list'],
])('the encoding %j is refused: the message names %j', async (name, encoding) => {
  expect(await read(Buffer.from('[1]'), name)).toEqual({ kind: 'encoding', encoding });
});

describe('a body', () => {
  test('may be as large as the limit, compressed or decompressed', async () => {
    const most = NOISE.subarray(0, ONE_BYTES);
    expect(await read(most, null)).toBe(most.toString());
    expect(await read(gzipSync(most), 'gzip')).toBe(most.toString());
  });

  test.each([
    ['received', NOISE.subarray(0, ONE_BYTES + 1), null],
    ['decompressed', gzipSync(Buffer.alloc(ONE_BYTES + 1)), 'gzip'],
    ['received and compressed', gzipSync(NOISE), 'gzip'],
    ['decompressed, 1,000 times as large', gzipSync(Buffer.alloc(ONE_BYTES * 1_000)), 'gzip'],
  ])('is refused above the limit, %s', async (_, body, encoding) => {
    expect(await read(body, encoding)).toEqual({ kind: 'too large', limitBytes: ONE_BYTES });
  });

  test('in gzip that is truncated anywhere counts as empty', async () => {
    const packed = gzipSync(JSON.stringify(Array.from({ length: 50 }, (_, n) => ({ n }))));
    for (let bytes = 0; bytes < packed.length; bytes += 7) {
      expect(await read(packed.subarray(0, bytes), 'gzip')).toBe('');
    }
  });
});

test('a waiting body ends with the reason of its signal', async () => {
  const budget = new BodyBudget(ONE_BYTES, ALL_BYTES);
  const [first, second] = [budget.share(), budget.share()];
  expect(first.hold(1)).toBe(true);
  expect(second.hold(ONE_BYTES - 1)).toBe(true);
  const aborter = new AbortController();
  const waiting = readText(arriving(Buffer.alloc(10)), null, budget.share(), aborter.signal);
  await settled();
  aborter.abort('time-out');
  await expect(waiting).rejects.toBe('time-out');
});

const SENT = fc
  .record({
    bytes: fc.oneof(fc.nat(300), fc.integer({ min: ONE_BYTES / 2, max: ONE_BYTES + 300 })),
    pieceBytes: fc.integer({ min: 200, max: 3_000 }),
    isPacked: fc.boolean(),
    packsWell: fc.boolean(),
    end: fc.constantFrom('whole', 'whole', 'cut', 'hangs'),
  })
  .map(({ bytes, pieceBytes, isPacked, packsWell, end }) => {
    const text = packsWell ? Buffer.alloc(bytes, 'x') : NOISE.subarray(0, bytes);
    const pieces = [...inPieces(isPacked ? gzipSync(text) : text, pieceBytes)];
    return { pieces, encoding: isPacked ? 'gzip' : null, end };
  });

type Sent = typeof SENT extends fc.Arbitrary<infer Value> ? Value : never;

test('all bodies together never exceed the budget, each one ends, and all memory is released', async () => {
  const check = async (bodies: Sent[], scheduler: fc.Scheduler): Promise<void> => {
    const budget = new BodyBudget(ONE_BYTES, ALL_BYTES);
    const ended = new Map<number, unknown>();
    const aborters = bodies.map(({ pieces, encoding, end }, index) => {
      const [share, aborter] = [budget.share(), new AbortController()];
      setMaxListeners(0, aborter.signal);
      async function* arrivingLate(): AsyncIterable<Buffer> {
        for (const piece of pieces) yield await scheduler.schedule(Promise.resolve(piece));
        if (end === 'cut') throw new Error('cut');
        if (end === 'hangs') await once(aborter.signal, 'abort');
        aborter.signal.throwIfAborted();
      }
      void readText(arrivingLate(), encoding, share, aborter.signal)
        .catch((error: unknown) => error)
        .then(async (text) => {
          await settled();
          share.release();
          ended.set(index, text);
        });
      return aborter;
    });
    const letPiecesArrive = async (): Promise<void> => {
      for (let turns = 0; turns < 3; turns += 1) await settled();
      if (scheduler.count() === 0) return;
      await scheduler.waitOne();
      expect(budget.heldBytes).toBeLessThanOrEqual(ALL_BYTES);
      await letPiecesArrive();
    };
    await letPiecesArrive();
    for (const [index, { end }] of bodies.entries()) {
      if (end === 'hangs') aborters[index]?.abort('time-out');
      await letPiecesArrive();
    }
    expect([ended.size, budget.heldBytes]).toEqual([bodies.length, 0]);
    for (const [index, { pieces, encoding, end }] of bodies.entries()) {
      const received = Buffer.concat(pieces);
      if (end === 'whole' && received.length <= ONE_BYTES) {
        expect(ended.get(index)).toEqual(await read(received, encoding));
      }
    }
  };
  const property = fc.asyncProperty(fc.array(SENT, { minLength: 1, maxLength: 8 }), fc.scheduler(), check);
  await fc.assert(property, { seed: seedOf(1), numRuns: 100 });
});
