import type { Writable } from 'node:stream';
import type { AirbyteMessage, LogLevel } from './messages.ts';
import { mapStrings, Scrubber } from './secrets.ts';
import { TextBuffer } from './text-buffer.ts';

/** Writing to stdout failed: the reading process has exited, or the disk is full. */
export class ReaderGone extends Error {
  /** Whether the reader closed the pipe. Platforms cancel a sync in this way. */
  readonly closed: boolean;

  constructor(cause: NodeJS.ErrnoException) {
    super(`stdout cannot be written: ${cause.message}`, { cause });
    this.name = 'ReaderGone';
    this.closed = cause.code === 'EPIPE' || cause.code === 'ERR_STREAM_DESTROYED';
  }
}

// Airbyte's Docker tests read our output with Python's str.splitlines(), which splits lines at these characters too. So they
// are written as escapes.
const LINE_BREAKS_OF_OTHERS = /[\u0085\u2028\u2029]/g;
// JSON.stringify writes a lone surrogate as an escape. orjson and pydantic reject it, so the whole record would be lost.
// A false positive (a literal \ud800 in a string) only costs the slow path.
const MAYBE_LONE_SURROGATE = '\\ud';
// Searching for each string separately is faster than one regular expression for all.
const SUSPICIOUS = [MAYBE_LONE_SURROGATE, '\u0085', '\u2028', '\u2029'];

/**
 * The only writer of stdout.
 * Writes whole lines, a page of records at a time. A caller that awaits is slowed down while the reader is slow.
 */
export class Output {
  private readonly stdout: Writable;
  private readonly debug: boolean;
  private scrubber = new Scrubber([]);
  private draining: Promise<void> | undefined;
  private gone: ReaderGone | undefined;
  /**
   * Buffers that are reused, to save allocation and garbage collection. Used only if stdout is a file descriptor: other streams
   * may still hold the bytes after the write callback.
   */
  private readonly spare: TextBuffer[] = [];
  private readonly isDescriptor: boolean;

  /** `onGone` is called once when stdout fails, even if nothing is being written. */
  constructor(stdout: Writable, options: { debug?: boolean; onGone?: (reason: ReaderGone) => void } = {}) {
    this.stdout = stdout;
    this.isDescriptor = 'fd' in stdout;
    this.debug = options.debug ?? false;
    stdout.on('error', (error) => {
      this.gone = new ReaderGone(error);
      options.onGone?.(this.gone);
    });
  }

  /** From now on these values are masked in all output. */
  hide(secrets: readonly string[]): void {
    this.scrubber = new Scrubber(secrets);
  }

  /** A copy of the text in which the secrets are masked, even short ones. */
  mask(text: string): string {
    return this.scrubber.text(text);
  }

  async message(message: AirbyteMessage): Promise<void> {
    await this.write(`${this.clean(JSON.stringify(this.withCleanTexts(message)))}\n`);
  }

  async log(level: LogLevel, message: string): Promise<void> {
    if (level !== 'DEBUG' || this.debug) await this.message({ type: 'LOG', log: { level, message } });
  }

  /**
   * Writes one RECORD line for each row, all in one write. `toJson` returns what follows `"data":` in the message of a row: the
   * data, and optionally further members of the record. `toJson` is called a second time if the page must be cleaned, because
   * keeping the string of each row would take more memory than the page.
   */
  async records<Row>(
    stream: string,
    rows: readonly Row[],
    toJson: (row: Row) => string,
    emittedAt: number,
  ): Promise<void> {
    if (rows.length === 0) return;
    // Concatenated by hand, because the envelope is the same for the whole page and JSON.stringify would take 20 % of the time.
    const envelope = `{"type":"RECORD","record":{"stream":${JSON.stringify(stream)},"emitted_at":${emittedAt},`;
    const open = `${envelope}"data":`;
    const page = this.spare.pop() ?? new TextBuffer();
    page.clear();
    for (const row of rows) page.append(`${open}${toJson(row)}}}\n`);
    const isFree = (): void => void (this.isDescriptor && this.spare.push(page));
    if (this.isClean(page.bytes)) return this.write(page.bytes, isFree);
    isFree();
    await this.write(rows.map((row) => `${envelope}${this.clean(`{"data":${toJson(row)}}`).slice(1)}}\n`).join(''));
  }

  /** Resolves when everything written so far is flushed. */
  async flush(): Promise<void> {
    if (this.gone) return;
    await new Promise<void>((resolve) => this.stdout.write('', () => resolve()));
  }

  private isClean(json: string | Buffer): boolean {
    return !SUSPICIOUS.some((text) => json.includes(text)) && !this.scrubber.occursIn(json);
  }

  private clean(json: string): string {
    if (this.isClean(json)) return json;
    const clean = mapStrings(JSON.parse(json), (text) => this.scrubber.data(text.toWellFormed()));
    return JSON.stringify(clean).replace(LINE_BREAKS_OF_OTHERS, escapeCharacter);
  }

  /** Masks secrets of any length in free texts. Names and enums of the protocol are not changed. */
  private withCleanTexts(message: AirbyteMessage): AirbyteMessage {
    const scrub = (text: string): string => this.mask(text);
    if (message.type === 'LOG') {
      return { ...message, log: scrubMembers(message.log, ['message', 'stack_trace'], scrub) };
    }
    if (message.type === 'CONNECTION_STATUS') {
      return { ...message, connectionStatus: scrubMembers(message.connectionStatus, ['message'], scrub) };
    }
    if (message.type === 'TRACE' && message.trace.type === 'ERROR') {
      const error = scrubMembers(message.trace.error, ['message', 'internal_message', 'stack_trace'], scrub);
      return { ...message, trace: { ...message.trace, error } };
    }
    return message;
  }

  private async write(text: string | Buffer, onTaken?: () => void): Promise<void> {
    if (this.gone) throw this.gone;
    if (!this.stdout.write(text, onTaken)) {
      this.draining ??= this.drained();
      await this.draining;
    }
  }

  private drained(): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        this.stdout.off('drain', settle).off('error', settle).off('close', settle);
        this.draining = undefined;
        if (this.gone) reject(this.gone);
        else resolve();
      };
      this.stdout.on('drain', settle).on('error', settle).on('close', settle);
    });
  }
}

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function scrubMembers<T extends object>(object: T, names: readonly (keyof T)[], scrub: (text: string) => string): T {
  const copy = { ...object };
  for (const name of names) {
    const value = copy[name];
    if (typeof value === 'string') copy[name] = scrub(value) as T[keyof T];
  }
  return copy;
}
