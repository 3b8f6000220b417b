import { type Company, createCompany } from '../../mock-api/company.ts';
import type { LogFault } from '../../mock-api/delete-log.ts';
import type { HandlerOptions, MockResponse } from '../../mock-api/handler.ts';
import { pageHeaders } from '../../mock-api/pagination.ts';
import { createSession, type Session } from '../../mock-api/session.ts';
import { interpret } from '../../src/cdk/http/answer.ts';
import type { Transport } from '../../src/cdk/http/transport.ts';
import type { Clock } from '../../src/cdk/index.ts';
import { type Edit, Edits } from './edits.ts';
import { isCompared, STREAM_NAMES, STREAMS, type StreamName } from './streams.ts';

const TOKEN = 'simulated-token';

export type Event = Edit | { kind: 'wait'; milliseconds: number };

export type RequestFault =
  | 'none'
  | 'server error'
  | 'connection lost'
  | 'not json'
  | 'quota'
  | 'Date of 2099'
  | 'Date of 1970'
  | 'Date an hour late';

/** What happens to one request: events just before it is answered, and a fault. */
export interface Step {
  events: Event[];
  fault: RequestFault;
}

/** How servers with this API differ. */
export interface ServerForm {
  /** The status with which the server refuses every request for a single row; undefined if it offers single rows. */
  singleRowsRefusedWith: number | undefined;
  /** The lists of people, projects and phases omit archived rows. Requests for single rows return them. */
  hidesArchived: boolean;
}

export interface WorldOptions extends Pick<HandlerOptions, 'dialect' | 'paginationHeaders' | 'pastTheEnd'> {
  largestPage: number;
  rows: number;
  /** By how much each clock of the server is ahead of ours. */
  clocks: { dateMs: number; rowsMs: number; deletionsMs: number };
  deleteLogRepeats: boolean;
  server: ServerForm;
  /** Milliseconds until a write becomes visible. Each write takes the next number. */
  visibility: number[];
}

/** Records what a sync could read of the company, and how the server answered. */
export interface Observer {
  /** A request arrives. */
  asked(): void;
  /** A request for a single row was answered. */
  answeredAlone(stream: StreamName, key: string, status: number): void;
}

const START = Date.UTC(2026, 5, 1, 12);

/** Milliseconds by which one of the server's clocks differs from ours. */
export const LARGEST_SKEW = 10 * 60_000;

/**
 * For the page walk, a row is young if its stamp is later than two minutes before the read. In these tests, the responses of a
 * read take up to one of these minutes.
 */
const HIDDEN_MOVEMENT_MS = 60_000;

/** A company with its API and a clock that moves only when something happens. */
export class World implements Clock {
  readonly company: Company;
  readonly edits: Edits;
  readonly options: WorldOptions;
  /** How the Delete Logs misbehave now. */
  logFault: LogFault | undefined;
  /** Whether the lists of people, projects and phases are empty now, with counts that agree. */
  listsAreEmpty = false;
  /** Whether these lists were empty in the response to any request. */
  listsWereEmpty = false;
  private readonly session: Session;
  private readonly hidesMovement: boolean;
  private time = START;

  constructor(options: WorldOptions) {
    const { rows, visibility, clocks } = options;
    const counts = Object.fromEntries(STREAM_NAMES.map((stream) => [STREAMS[stream].endpoint, rows]));
    const now = (): number => this.time;
    let writes = 0;
    this.options = options;
    this.hidesMovement = clocks.rowsMs < -HIDDEN_MOVEMENT_MS;
    this.company = createCompany({ counts, now, people: 5, projects: 4, weeks: 1 });
    this.edits = new Edits(this.company);
    // No clock of the server may be behind the first rows: a row with a stamp in the future would be newer than its own
    // tombstone.
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
    if (event.kind === 'wait') {
      this.time += event.milliseconds;
      return;
    }
    // Stamps are in whole seconds, so a deletion is undone a second later at the earliest.
    if (event.kind === 'restore') this.time += 1_000;
    this.edits.make(event);
  }

  /**
   * If a row is inserted and another one removed while a list is read, the number of rows stays the same. The page walk notices
   * the inserted row by its stamp, which is later than two minutes before the reading began. If the server's stamps are more than
   * a minute behind our clock, it may not be later. Then the simulation removes and restores no row while lists are read.
   */
  private isHiddenMovement({ kind }: Event): boolean {
    return this.hidesMovement && (kind === 'delete' || kind === 'swap' || kind === 'restore' || kind === 'archive');
  }

  /** HTTP without sockets. Each request takes time and uses the next of `steps`. While the server is down, it answers 503. */
  transport(steps: Step[], observer: Observer, isDown: () => boolean): Transport {
    return {
      close: () => undefined,
      get: async (url) => {
        const step = steps.shift();
        this.time += 40;
        for (const event of step?.events ?? []) if (!this.isHiddenMovement(event)) this.happen(event);
        observer.asked();
        const response = this.answer(new URL(url), observer);
        this.time += 40;
        const fault = isDown() ? 'server error' : step?.fault;
        const date = wrongDate(fault, this.time);
        const get = (name: string): string | null =>
          name === 'date' && date !== undefined ? date : (response.headers[name] ?? null);
        switch (fault) {
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

  private answer({ pathname: path, searchParams: query }: URL, observer: Observer): MockResponse {
    const { singleRowsRefusedWith: refusal, hidesArchived } = this.options.server;
    const [, , endpoint, key] = path.split('/');
    const stream = STREAM_NAMES.find((name) => STREAMS[name].endpoint === endpoint);
    if (stream !== undefined && key === undefined && isCompared(stream)) {
      this.listsWereEmpty ||= this.listsAreEmpty;
      if (this.listsAreEmpty) return this.emptyList();
      if (hidesArchived) query.set('active', '1');
    }
    const isAlone = stream !== undefined && key !== undefined;
    if (isAlone && refusal !== undefined) return { ...this.emptyList(), status: refusal, body: '{}' };
    const headers = { authorization: `Bearer ${TOKEN}`, host: 'api.test' };
    const { response } = this.session.answer({ method: 'GET', path, query, headers });
    if (isAlone) observer.answeredAlone(stream, key, response.status);
    return response;
  }

  private emptyList(): MockResponse {
    const { dialect, paginationHeaders = 'all' } = this.options;
    const page = { rows: [], total: 0, count: 0, current: 1, perPage: 200 };
    return {
      status: 200,
      headers: { date: new Date(this.company.now()).toUTCString(), ...pageHeaders(page, paginationHeaders) },
      body: dialect === 'neutral' ? '{"data":[]}' : '[]',
    };
  }
}

function wrongDate(fault: RequestFault | undefined, now: number): string | undefined {
  if (fault === 'Date of 2099') return 'Fri, 01 Jan 2099 00:00:00 GMT';
  if (fault === 'Date of 1970') return 'Thu, 01 Jan 1970 00:00:00 GMT';
  return fault === 'Date an hour late' ? new Date(now + 3_600_000).toUTCString() : undefined;
}
