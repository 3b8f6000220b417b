import { isUtf8 } from 'node:buffer';

/** Byte order marks. The longer ones come first, because the mark of UTF-32LE begins with that of UTF-16LE. */
const MARKS: readonly (readonly [string, readonly number[]])[] = [
  ['UTF-32', [0xff, 0xfe, 0, 0]],
  ['UTF-32', [0, 0, 0xfe, 0xff]],
  ['UTF-16', [0xff, 0xfe]],
  ['UTF-16', [0xfe, 0xff]],
];

/** Patterns of the first bytes if the first character is ASCII, as in JSON: `0` is a zero byte, `x` any other. */
const ZEROS: Readonly<Record<string, string>> = { '000x': 'UTF-32', x000: 'UTF-32', '0x': 'UTF-16', x0: 'UTF-16' };

/** The encoding of a JSON text that is not UTF-8: its name, or `unknown`. Undefined for UTF-8. */
export function foreignEncoding(bytes: Uint8Array): string | undefined {
  const marked = MARKS.find(([, mark]) => mark.every((byte, at) => bytes[at] === byte));
  if (marked !== undefined) return marked[0];
  // JSON in UTF-8 contains no zero byte.
  const zeros = [...bytes.subarray(0, 4)].map((byte) => (byte === 0 ? '0' : 'x')).join('');
  return ZEROS[zeros] ?? ZEROS[zeros.slice(0, 2)] ?? (isUtf8(bytes) ? undefined : 'unknown');
}
