import { setMaxListeners } from 'node:events';
import { Writable } from 'node:stream';
import { type Company, createCompany, keyOf } from '../../mock-api/company.ts';
import type { LogFault } from '../../mock-api/delete-log.ts';
import type { EndpointName } from '../../mock-api/endpoints.ts';
import type { HandlerOptions } from '../../mock-api/handler.ts';
import type { Key } from '../../mock-api/rows.ts';
import { createSession, type Session } from '../../mock-api/session.ts';
import { interpret } from '../../src/cdk/http/answer.ts';
import type { Transport } from '../../src/cdk/http/transport.ts';
import type { AirbyteMessage, Clock, JsonObject } from '../../src/cdk/index.ts';
import { Output } from '../../src/cdk/protocol/output.ts';
import { readStreams } from '../../src/cdk/protocol/read.ts';
import { Reporter } from '../../src/cdk/protocol/reporter.ts';
import { parseState } from '../../src/cdk/protocol/state.ts';
import type { FloatConfig } from '../../src/float/config.ts';
import { createFloatSource } from '../../src/float/source.ts';

export const TOKEN = 'simulated-token';
export const STREAMS = {
  people: 'people',
  projects: 'projects',
  phases: 'phases',
  tasks: 'tasks',
  time_off: 'timeoffs',
  logged_time: 'logged-time',
} as const satisfies Record<string, EndpointName>;
export type StreamName = keyof typeof STREAMS;

/** What happens to the company, between two syncs or between two requests. `pick` chooses among the rows there are. */
export type Event =
  | { kind: 'insert'; stream: StreamName }
  | { kind: 'update' | 'delete' | 'restore'; stream: StreamName; pick: number }
  | { kind: 'wait'; milliseconds: number };

export type Trouble =
  | 'none'
  | 'server error'
  | 'connection lost'
  | 'not json'
  | 'quota'
  | 'Date of 2099'
  | 'Date of 1970'
  | 'Date an hour late';

/** What one request meets: events just before it is answered, and trouble. */
export interface Step {
  events: Event[];
  trouble: Trouble;
}

export interface WorldOptions extends Pick<HandlerOptions, 'dialect' | 'paginationHeaders' | 'pastTheEnd'> {
  largestPage: number;
  rows: number;
  /** By how much each clock of the server is ahead of ours. */
  clocks: { dateMs: number; rowsMs: number; deletionsMs: number };
  deleteLogRepeats: boolean;
  /** Milliseconds until each next write becomes visible, taken in turn. */
  visibility: number[];
}

const START = Date.UTC(2026, 5, 1, 12);

/** Milliseconds by which one of the server's clocks differs from ours. */
export const LARGEST_SKEW = 10 * 60_000;

/** The page walk takes a row for young from two minutes before the read began; a minute of those is the answers' own. */
const HIDDEN_MOVEMENT_MS = 60_000;

/** A company with its API and a clock that moves only when something happens. */
export class World implements Clock {
  readonly company: Company;
  /** How the Delete Logs misbehave at present. */
  logFault: LogFault | undefined;
  private readonly session: Session;
  private readonly hidesMovement: boolean;
  private readonly deleted = new Map<StreamName, Key[]>();
  private time = START;
  private edits = 0;

  constructor(options: WorldOptions) {
    const { rows, visibility, clocks } = options;
    const counts = Object.fromEntries(Object.values(STREAMS).map((endpoint) => [endpoint, rows]));
    const now = (): number => this.time;
    let writes = 0;
    this.hidesMovement = clocks.rowsMs < -HIDDEN_MOVEMENT_MS;
    this.company = createCompany({ counts, now, people: 5, projects: 4, weeks: 1 });
    // By no server's clock are the first rows of the future: such a row would outdo its own deletion.
    this.time += LARGEST_SKEW;
    this.session = createSession(this.company, {
      ...options,
      now,
      token: TOKEN,
      limits: null,
      clockSkewMs: clocks.dateMs,
      rowClockSkewMs: clocks.rowsMs - clocks.dateMs,
      deletionClockSkewMs: clocks.deletionsMs - clocks.dateMs,
      deleteLogFault: () => this.logFault,
      visibilityDelayMs: () => visibility[writes++ % visibility.length] ?? 0,
    });
  }

  now(): number {
    return this.time;
  }

  async sleep(milliseconds: number): Promise<void> {
    milliseconds = Math.ceil(milliseconds);
    this.time += milliseconds;
  }

  get unexpected(): readonly string[] {
    return this.session.unexpected;
  }

  happen(event: Event): void {
    switch (event.kind) {
      case 'wait':
        this.time += event.milliseconds;
        return;
      case 'insert':
        this.company.insert(STREAMS[event.stream], this.edit());
        return;
      case 'update': {
        const key = this.pick(event.stream, event.pick);
        if (key !== undefined) this.company.update(STREAMS[event.stream], key, this.edit());
        return;
      }
      case 'delete': {
        const key = this.pick(event.stream, event.pick);
        if (key === undefined) return;
        this.company.remove(STREAMS[event.stream], key);
        this.deleted.set(event.stream, [...(this.deleted.get(event.stream) ?? []), key]);
        return;
      }
      case 'restore': {
        const keys = this.deleted.get(event.stream) ?? [];
        const [key] = keys.splice(event.pick % Math.max(1, keys.length), 1);
        if (key === undefined) return;
        // Undone a second after it was done, at the earliest: stamps are no finer.
        this.time += 1_000;
        this.company.insert(STREAMS[event.stream], { [nativeKeys[event.stream]]: key, ...this.edit() });
      }
    }
  }

  /**
   * The page walk knows a row that entered a list by its young stamp, and so finds out that another one left above it. Stamps
   * that are minutes behind our clock are not young; then nothing leaves or returns while lists are read.
   */
  private isHiddenMovement({ kind }: Event): boolean {
    return this.hidesMovement && (kind === 'delete' || kind === 'restore');
  }

  private pick(stream: StreamName, pick: number): Key | undefined {
    const endpoint = STREAMS[stream];
    const rows = this.company.rows(endpoint);
    const row = rows[pick % Math.max(1, rows.length)];
    return row === undefined ? undefined : keyOf(endpoint, row);
  }

  /** A field that every one of the six has, told apart by its value. */
  private edit(): { notes: string } {
    this.edits += 1;
    return { notes: `edit ${this.edits}` };
  }

  /** HTTP without sockets. Each request takes time; its step is taken from `steps` as long as there are some. */
  transport(steps: Step[]): Transport {
    return {
      close: () => undefined,
      get: async (url) => {
        const { pathname, searchParams } = new URL(url);
        const step = steps.shift();
        this.time += 40;
        for (const event of step?.events ?? []) if (!this.isHiddenMovement(event)) this.happen(event);
        const headers = { authorization: `Bearer ${TOKEN}`, host: 'api.test' };
        const { response } = this.session.answer({ method: 'GET', path: pathname, query: searchParams, headers });
        this.time += 40;
        const date = wrongDate(step?.trouble, this.time);
        const get = (name: string): string | null =>
          name === 'date' && date !== undefined ? date : (response.headers[name] ?? null);
        switch (step?.trouble) {
          case 'server error':
            return interpret(503, { get: () => null }, 'busy');
          case 'quota':
            return interpret(429, { get: (name) => (name === 'retry-after' ? '2' : null) }, '');
          case 'connection lost':
            return { outcome: { kind: 'network', code: 'ECONNRESET' }, headers: { get: () => null } };
          case 'not json':
            return interpret(200, { get }, response.body.slice(0, -1));
          default:
            return interpret(response.status, { get }, response.body);
        }
      },
    };
  }
}

function wrongDate(trouble: Trouble | undefined, now: number): string | undefined {
  if (trouble === 'Date of 2099') return 'Fri, 01 Jan 2099 00:00:00 GMT';
  if (trouble === 'Date of 1970') return 'Thu, 01 Jan 1970 00:00:00 GMT';
  return trouble === 'Date an hour late' ? new Date(now + 3_600_000).toUTCString() : undefined;
}

const nativeKeys: Record<StreamName, string> = {
  people: 'people_id',
  projects: 'project_id',
  phases: 'phase_id',
  tasks: 'task_id',
  time_off: 'timeoff_id',
  logged_time: 'logged_time_id',
};

export interface SyncOptions {
  streams: readonly StreamName[];
  mode: 'incremental' | 'full_refresh';
  concurrency: number;
  startDate: string | undefined;
  states: ReadonlyMap<string, JsonObject>;
  steps: Step[];
  /** The process is killed when it writes this line; it arrives no more. */
  killedAtLine: number;
}

/** One read by the connector, as far as it came; without HTTP and without a process. */
export async function sync(
  world: World,
  options: SyncOptions,
): Promise<{ messages: AirbyteMessage[]; complete: boolean }> {
  const messages: AirbyteMessage[] = [];
  const ended = new AbortController();
  setMaxListeners(0, ended.signal);
  const stdout = new Writable({
    write(bytes: Buffer, _encoding, done) {
      for (const line of bytes
        .toString()
        .split('\n')
        .filter((line) => line !== '')) {
        if (messages.length >= options.killedAtLine) return done(Object.assign(new Error('killed'), { code: 'EPIPE' }));
        messages.push(JSON.parse(line));
      }
      done();
    },
  });
  const output = new Output(stdout, { onGone: (reason) => ended.abort(reason) });
  const context = {
    clock: world,
    signal: ended.signal,
    log: (): void => undefined,
    mask: (text: string): string => text,
    rateLimited: (): void => undefined,
  };
  const source = createFloatSource(async () => world.transport(options.steps));
  const config: FloatConfig = {
    apiToken: TOKEN,
    baseUrl: 'https://api.test/v3',
    requestsPerMinute: 1_000_000,
    requestsPerSecond: 1_000_000,
    concurrency: options.concurrency,
    startDate: options.startDate,
    contactEmail: undefined,
  };
  const connection = await source.open(config, context, options.streams);
  const state = [...options.states].map(([name, stream_state]) => ({
    type: 'STREAM',
    stream: { stream_descriptor: { name }, stream_state },
  }));
  const configured = options.streams.map((name) => ({ name, syncMode: options.mode }));
  try {
    const reporter = new Reporter(output, () => world.now());
    const incoming = parseState(state, new Set(options.streams));
    const complete = await readStreams({ output, reporter, context }, connection, configured, incoming);
    return { messages, complete };
  } catch (error) {
    if (ended.signal.aborted) return { messages, complete: false };
    throw error;
  }
}
