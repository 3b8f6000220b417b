import { setMaxListeners } from 'node:events';
import { Writable } from 'node:stream';
import type { AirbyteMessage, JsonObject } from '../../src/cdk/index.ts';
import { Output } from '../../src/cdk/protocol/output.ts';
import { readStreams } from '../../src/cdk/protocol/read.ts';
import { Reporter } from '../../src/cdk/protocol/reporter.ts';
import { parseState } from '../../src/cdk/protocol/state.ts';
import type { FloatConfig } from '../../src/float/config.ts';
import { createFloatSource } from '../../src/float/source.ts';
import type { StreamName } from './streams.ts';
import { Witness } from './witness.ts';
import { type Step, TOKEN, type World } from './world.ts';

export type Mode = 'incremental' | 'full_refresh';

/** When a process is killed: as it writes a line, which arrives no more, or as it sends a request. */
export interface Kill {
  at: 'line' | 'request';
  /** From 0. */
  number: number;
}

export interface SyncOptions {
  streams: readonly StreamName[];
  mode: Mode;
  concurrency: number;
  startDate: string | undefined;
  states: ReadonlyMap<string, JsonObject>;
  steps: Step[];
  kill: Kill | undefined;
  /** The request from which on the server is down; Infinity where it is not. */
  outageFrom: number;
}

export interface SyncResult {
  messages: AirbyteMessage[];
  complete: boolean;
  falseTombstones: string[];
}

/** One read by the connector, as far as it came; without HTTP and without a process. */
export async function sync(world: World, options: SyncOptions): Promise<SyncResult> {
  const { streams, mode, kill } = options;
  const messages: AirbyteMessage[] = [];
  const witness = new Witness(world, streams);
  const ended = new AbortController();
  setMaxListeners(0, ended.signal);
  let isKilled = false;
  let requests = 0;
  const stdout = new Writable({
    write(bytes: Buffer, _encoding, done) {
      for (const line of bytes
        .toString()
        .split('\n')
        .filter((line) => line !== '')) {
        isKilled ||= kill?.at === 'line' && messages.length >= kill.number;
        if (isKilled) return done(Object.assign(new Error('killed'), { code: 'EPIPE' }));
        messages.push(JSON.parse(line));
      }
      done();
    },
  });
  const asked = (): void => {
    witness.asked();
    isKilled ||= kill?.at === 'request' && requests >= kill.number;
    requests += 1;
    if (isKilled) ended.abort(new Error('killed'));
  };
  const output = new Output(stdout, { onGone: (reason) => ended.abort(reason) });
  const context = {
    clock: world,
    signal: ended.signal,
    log: (): void => undefined,
    mask: (text: string): string => text,
    rateLimited: (): void => undefined,
  };
  const observer = { asked, answeredAlone: witness.answeredAlone.bind(witness) };
  const source = createFloatSource(async () =>
    world.transport(options.steps, observer, () => requests > options.outageFrom),
  );
  const config: FloatConfig = {
    apiToken: TOKEN,
    baseUrl: 'https://api.test/v3',
    requestsPerMinute: 1_000_000,
    requestsPerSecond: 1_000_000,
    concurrency: options.concurrency,
    startDate: options.startDate,
    contactEmail: undefined,
  };
  const connection = await source.open(config, context, streams);
  const state = [...options.states].map(([name, stream_state]) => ({
    type: 'STREAM',
    stream: { stream_descriptor: { name }, stream_state },
  }));
  const configured = streams.map((name) => ({ name, syncMode: mode }));
  let complete = false;
  try {
    const reporter = new Reporter(output, () => world.now());
    const incoming = parseState(state, new Set(streams));
    complete = await readStreams({ output, reporter, context }, connection, configured, incoming);
  } catch (error) {
    if (!ended.signal.aborted) throw error;
  }
  return { messages, complete, falseTombstones: witness.falseTombstones(messages) };
}
