import { gunzipSync } from 'node:zlib';
import { isObject } from '../protocol/json.ts';
import type { BodyShare } from './body-budget.ts';
import type { Outcome } from './outcome.ts';

/** Most pages unpack to less. */
const UNPACK_STEP_BYTES = 128 * 1024;
/** A longer header is no name of an encoding, and not worth quoting. */
const ENCODING_LIMIT_CHARACTERS = 40;
const UTF_8 = new TextDecoder();

/**
 * Reads a body to its end; the text is empty if a packed body is damaged.
 * The share holds the body's bytes until the caller releases it.
 */
export async function readText(
  pieces: AsyncIterable<string | Buffer>,
  contentEncoding: string | null,
  share: BodyShare,
  signal: AbortSignal,
): Promise<string | Outcome> {
  const encoding = nameOf(contentEncoding);
  if (encoding !== '' && encoding !== 'gzip') return { kind: 'encoding', encoding };
  const received = await receive(pieces, share, signal);
  if (!Array.isArray(received)) return received;
  const [first = Buffer.alloc(0)] = received;
  const whole = received.length > 1 ? Buffer.concat(received) : first;
  const bytes = encoding === '' ? whole : await unpack(whole, share, signal);
  if (!Buffer.isBuffer(bytes)) return bytes;
  const text = UTF_8.decode(bytes);
  for (const buffer of [whole, bytes]) if (buffer !== first) giveBack(buffer);
  return text;
}

/** The encoding, empty without one. `x-gzip` is the same as `gzip` (RFC 9110, 8.4.1.3); `identity` stands for none. */
function nameOf(contentEncoding: string | null): string {
  const names = (contentEncoding ?? '').split(',').map((name) => name.trim().toLowerCase());
  const encoding = names.filter((name) => name !== '' && name !== 'identity').join(', ');
  if (encoding === 'x-gzip') return 'gzip';
  return encoding.length > ENCODING_LIMIT_CHARACTERS ? 'a long list' : encoding;
}

async function receive(
  pieces: AsyncIterable<string | Buffer>,
  share: BodyShare,
  signal: AbortSignal,
): Promise<Buffer[] | Outcome> {
  const kept: Buffer[] = [];
  let bytes = 0;
  for await (const piece of pieces) {
    bytes += piece.length;
    if (bytes > share.largestBytes) return tooLarge(share);
    while (!share.hold(bytes)) await share.otherReleased(signal);
    kept.push(typeof piece === 'string' ? Buffer.from(piece) : piece);
  }
  return kept;
}

/** A body counts as the larger of its two forms. */
async function unpack(packed: Buffer, share: BodyShare, signal: AbortSignal): Promise<Buffer | Outcome> {
  for (;;) {
    const { limitBytes } = share;
    try {
      // In one call, which refuses a body that is cut anywhere. A stream would take some of these for empty.
      const unpacked = gunzipSync(packed, { chunkSize: UNPACK_STEP_BYTES, maxOutputLength: limitBytes });
      share.hold(Math.max(packed.length, unpacked.length));
      return unpacked;
    } catch (error) {
      if (!isObject(error) || error.code !== 'ERR_BUFFER_TOO_LARGE') return Buffer.alloc(0);
      if (limitBytes === share.largestBytes) return tooLarge(share);
    }
    await share.otherReleased(signal);
  }
}

function tooLarge({ largestBytes }: BodyShare): Outcome {
  return { kind: 'too large', limitBytes: largestBytes };
}

/**
 * Frees the memory at once. Node 24 lets so much of it wait for a garbage collection that a sync of a million records grows by
 * 90 MB; Node 20 does not, and cannot. Small buffers are parts of Node's pool, which others use too. For the same reason only
 * buffers that were made here are given back: Node and node-fetch keep the last piece of a connection.
 */
function giveBack({ buffer }: Buffer): void {
  if (buffer.byteLength > Buffer.poolSize) (buffer as Partial<ArrayBuffer>).transfer?.(0);
}
