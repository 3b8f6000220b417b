/** Initial size in bytes. Most pages of records are smaller. */
const USUAL_PAGE = 128 * 1024;

/** A buffer that encodes text as it is appended. Joining the lines of a page before encoding takes a third longer. */
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
    // One UTF-16 code unit needs at most three bytes in UTF-8.
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
