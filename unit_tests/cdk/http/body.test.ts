import { setMaxListeners } from 'node:events';
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

/** A body whose pieces arrive when the test decides. */
interface Sent {
  readonly pieces: Buffer[];
  readonly encoding: string | null;
  readonly end: 'whole' | 'cut' | 'hangs';
}

const CONTENT = fc
  .record({
    bytes: fc.oneof(fc.nat(300), fc.integer({ min: ONE_BYTES / 2, max: ONE_BYTES + 300 })),
    pieceBytes: fc.integer({ min: 200, max: 3_000 }),
    isPacked: fc.boolean(),
    packsWell: fc.boolean(),
  })
  .map(({ bytes, pieceBytes, isPacked, packsWell }) => {
    const text = packsWell ? Buffer.alloc(bytes, 'x') : NOISE.subarray(0, bytes);
    const pieces = [...inPieces(isPacked ? gzipSync(text) : text, pieceBytes)];
    return { pieces, encoding: isPacked ? 'gzip' : null };
  });

const SENT: fc.Arbitrary<Sent> = fc
  .tuple(CONTENT, fc.constantFrom('whole' as const, 'whole' as const, 'cut' as const, 'hangs' as const))
  .map(([content, end]) => ({ ...content, end }));

test('all bodies together never exceed the budget, each one ends, and all memory is released', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(SENT, { minLength: 1, maxLength: 8 }),
      fc.infiniteStream(fc.nat()),
      async (bodies, choices) => {
        const budget = new BodyBudget(ONE_BYTES, ALL_BYTES);
        /** For each body that waits for a piece, the function that delivers it. */
        const gates = new Map<Sent, () => void>();
        const aborters = new Map<Sent, AbortController>();
        const ended = new Map<Sent, unknown>();

        async function* piecesOf(sent: Sent, signal: AbortSignal): AsyncIterable<Buffer> {
          for (const piece of [...sent.pieces, undefined]) {
            const last = piece === undefined;
            await new Promise<void>((resolve, reject) => {
              signal.addEventListener('abort', () => reject(signal.reason));
              if (!last || sent.end !== 'hangs') gates.set(sent, resolve);
            });
            if (last && sent.end === 'cut') throw new Error('cut');
            if (piece !== undefined) yield piece;
          }
        }

        for (const sent of bodies) {
          const [share, aborter] = [budget.share(), new AbortController()];
          setMaxListeners(0, aborter.signal);
          aborters.set(sent, aborter);
          readText(piecesOf(sent, aborter.signal), sent.encoding, share, aborter.signal)
            .then(
              async (text) => {
                await settled();
                return text;
              },
              (error) => error,
            )
            .then((end) => {
              share.release();
              ended.set(sent, end);
            });
        }
        while (ended.size < bodies.length) {
          await settled();
          await settled();
          expect(budget.heldBytes).toBeLessThanOrEqual(ALL_BYTES);
          const open = [...gates.keys()];
          const next = open[choices.next().value % open.length];
          if (next !== undefined) {
            gates.get(next)?.();
            gates.delete(next);
            continue;
          }
          // No piece is left, so only the time-out of a hanging body can continue.
          const hanging = bodies.find((sent) => sent.end === 'hangs' && !ended.has(sent));
          if (ended.size < bodies.length) {
            if (hanging === undefined) throw new Error('The bodies wait for each other.');
            aborters.get(hanging)?.abort('time-out');
          }
          await settled();
        }
        expect(budget.heldBytes).toBe(0);
        for (const sent of bodies) {
          const received = Buffer.concat(sent.pieces);
          const end = ended.get(sent);
          if (sent.end === 'whole' && received.length <= ONE_BYTES) {
            expect(end).toEqual(await read(received, sent.encoding));
          }
        }
      },
    ),
    { seed: seedOf(1), numRuns: 100 },
  );
});
