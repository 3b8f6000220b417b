/** Bytes. Most pages of records take less; for others it grows. */
const USUAL_PAGE = 128 * 1024;

/** Text that is encoded as it is appended: to join the lines of a page first, and encode them then, costs a third more. */
export class TextBuffer {
  private buffer = Buffer.allocUnsafeSlow(USUAL_PAGE);
  private length = 0;

  get bytes(): Buffer {
    return this.buffer.subarray(0, this.length);
  }

  clear(): void {
    this.length = 0;
  }

  append(text: string): void {
    // A unit of UTF-16 takes three bytes of UTF-8 at most.
    const most = this.length + 3 * text.length;
    if (most > this.buffer.length) this.grow(most);
    this.length += this.buffer.write(text, this.length);
  }

  private grow(least: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(least, 2 * this.buffer.length));
    this.bytes.copy(larger);
    this.buffer = larger;
  }
}
