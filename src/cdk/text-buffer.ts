/** Text that is encoded as it is appended: to join the lines of a page first, and encode them then, costs a third more. */
export class TextBuffer {
  private buffer: Buffer;
  private length = 0;

  /** `size`: bytes expected. */
  constructor(size: number) {
    this.buffer = Buffer.allocUnsafe(size);
  }

  get bytes(): Buffer {
    return this.buffer.subarray(0, this.length);
  }

  append(text: string): void {
    // A unit of UTF-16 takes three bytes of UTF-8 at most.
    const most = this.length + 3 * text.length;
    if (most > this.buffer.length) this.grow(most);
    this.length += this.buffer.write(text, this.length);
  }

  private grow(least: number): void {
    const larger = Buffer.allocUnsafe(Math.max(least, 2 * this.buffer.length));
    this.bytes.copy(larger);
    this.buffer = larger;
  }
}
