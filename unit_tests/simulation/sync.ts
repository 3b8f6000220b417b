import { Writable } from 'node:stream';
import type { AirbyteMessage, JsonObject } from '../../src/cdk/index.ts';
import { openFloat, readInProcess } from '../support/read-in-process.ts';
import type { StreamName } from './streams.ts';
import { Witness } from './witness.ts';
import type { Step, World } from './world.ts';

export type Mode = 'incremental' | 'full_refresh';

/** When a process is killed: when it sends a request, or when it writes a line. That line does not arrive. */
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
  /** The request from which on the server is down; Infinity if it is never down. */
  outageFrom: number;
}

export interface SyncResult {
  messages: AirbyteMessage[];
  complete: boolean;
  falseTombstones: string[];
}

/** One read by the connector, complete or killed, without HTTP and without a process. */
export async function sync(world: World, options: SyncOptions): Promise<SyncResult> {
  const { streams, mode, kill, states, concurrency, startDate } = options;
  const messages: AirbyteMessage[] = [];
  const witness = new Witness(world, streams);
  const ended = new AbortController();
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
  const observer = { asked, answeredAlone: witness.answeredAlone.bind(witness) };
  const transport = world.transport(options.steps, observer, () => requests > options.outageFrom);
  const { complete } = await readInProcess({
    open: (context) => openFloat(async () => transport, context, { streams, concurrency, startDate }),
    streams,
    mode,
    states,
    clock: world,
    stdout,
    ended,
  });
  return { messages, complete, falseTombstones: witness.falseTombstones(messages) };
}
