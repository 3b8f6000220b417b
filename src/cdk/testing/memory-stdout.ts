import { Writable } from 'node:stream';
import type { AirbyteMessage } from '../protocol/messages.ts';

/** A stdout that keeps what it gets. `take`: when a chunk is done, and with what error. */
export class MemoryStdout extends Writable {
  text = '';
  /** The most bytes that ever waited in it. */
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

  /** Every line; fails on one that is not JSON. */
  get messages(): AirbyteMessage[] {
    const lines = this.text.split('\n');
    if (lines.pop() !== '') throw new Error('The last line has no end.');
    return lines.map((line) => JSON.parse(line) as AirbyteMessage);
  }
}
