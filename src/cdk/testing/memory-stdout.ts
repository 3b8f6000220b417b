import { Writable } from 'node:stream';
import type { AirbyteMessage } from '../protocol/messages.ts';

/**
 * A stdout in memory. `take` is called for each chunk. It decides when the chunk is written, or with which error the write
 * fails.
 */
export class MemoryStdout extends Writable {
  text = '';
  /** The largest number of buffered bytes so far. */
  mostWaiting = 0;
  private readonly take: (done: (error?: Error) => void) => void;

  constructor(take: (done: (error?: Error) => void) => void = (done) => done()) {
    super({ decodeStrings: false, highWaterMark: 16_384 });
    this.take = take;
  }

  override _write(chunk: string, _encoding: string, done: (error?: Error | null) => void): void {
    this.mostWaiting = Math.max(this.mostWaiting, this.writableLength);
    this.text += chunk;
    this.take(done);
  }

  /** The messages of all lines. Throws if a line is not JSON. */
  get messages(): AirbyteMessage[] {
    const lines = this.text.split('\n');
    if (lines.pop() !== '') throw new Error('The last line does not end with a newline.');
    return lines.map((line) => JSON.parse(line) as AirbyteMessage);
  }
}
