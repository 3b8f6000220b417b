import { gunzipSync } from 'node:zlib';
import { isObject } from '../protocol/json.ts';
import type { BodyShare } from './body-budget.ts';
import type { Outcome } from './outcome.ts';

/** Size of zlib's output chunks. Most pages fit into one. */
const UNPACK_STEP_BYTES = 128 * 1024;
/** A longer Content-Encoding is not quoted in messages. */
const ENCODING_LIMIT_CHARACTERS = 40;
const UTF_8 = new TextDecoder();

/**
 * Reads and decompresses a body. A damaged gzip body gives an empty text.
 * The body stays counted in `share` until the caller releases it.
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

/** The encoding; empty if there is none. `x-gzip` is the same as `gzip` (RFC 9110, 8.4.1.3), `identity` means none. */
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

/** Decompresses a body. It counts in `share` with its larger size, compressed or decompressed. */
async function unpack(packed: Buffer, share: BodyShare, signal: AbortSignal): Promise<Buffer | Outcome> {
  for (;;) {
    const { limitBytes } = share;
    try {
      // gunzipSync rejects every truncated body. A stream would accept some truncated bodies as empty.
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
 * Frees the memory of a buffer at once. Otherwise, on Node 24, memory that waits for garbage collection adds 90 MB to a sync of
 * a million records. (Node 20 has neither the problem nor `transfer`.) Small buffers belong to Node's shared pool and are
 * skipped. Call it only for buffers created here, because Node and node-fetch still use the last piece of a connection.
 */
function giveBack({ buffer }: Buffer): void {
  if (buffer.byteLength > Buffer.poolSize) (buffer as Partial<ArrayBuffer>).transfer?.(0);
}
