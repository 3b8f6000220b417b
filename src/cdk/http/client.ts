import { setMaxListeners } from 'node:events';
import type { JsonValue } from '../protocol/json.ts';
import type { SourceContext } from '../protocol/source.ts';
import { programmingError } from '../protocol/source-faults.ts';
import { type Clocks, clocksOf } from './clocks.ts';
import { type Attempts, excerptOf, RequestFailed } from './failure.ts';
import { Limiter, type Quotas, type ServerQuota } from './limiter.ts';
import { describeOutcome, type Failure, type Headers, type Success } from './outcome.ts';
import { type Patience, SYNC } from './patience.ts';
import { type ErrorPolicy, situationOf } from './policy.ts';
import { askedWaitMs, numberIn, refusalWaitMs, retryWaitMs } from './retry-timing.ts';
import type { Transport } from './transport.ts';

/** Query parameters of a request. Undefined values are omitted. */
export type Params = Readonly<Record<string, string | number | undefined>>;

export interface Endpoint {
  /** The stream's name, for messages. */
  readonly name: string;
  /** With a leading slash, without a query. */
  readonly path: string;
  /** The cause of a 403 and what to do, as sentences; undefined if the cause is not known. */
  readonly deniedBecause?: string | undefined;
  /** An additional quota for this endpoint. */
  readonly meter?: Meter | undefined;
}

/** Additional quotas that some endpoints share, besides the quotas of all requests. */
export interface Meter {
  readonly name: string;
  readonly quotas: Quotas;
}

/** The API that a client sends its requests to. */
export interface Api {
  /** Without a trailing slash. */
  readonly baseUrl: string;
  /** Quotas of all requests. The server's `ratelimit-` headers refer to the first one. */
  readonly quotas: Quotas;
  /** Maximum number of requests in flight at the same time. */
  readonly maxConcurrentRequests: number;
  readonly policy: ErrorPolicy;
}

export interface GetOptions {
  readonly patience?: Patience;
  /** Aborts this request, its waits and its retries; nothing more is logged about it. The signal of the whole run aborts it too. */
  readonly signal?: AbortSignal | undefined;
}

export interface Answer {
  /** Undefined for a 204. */
  readonly body: JsonValue | undefined;
  readonly headers: Headers;
  readonly clocks: Clocks;
}

/** Permission to send one request. */
interface Permit {
  readonly sentAt: number;
  /** The request has ended, with or without a response. */
  answered(quota: ServerQuota | undefined): void;
  /** The server refused the request because of the quota. Nothing is sent for `waitMs`. */
  refused(waitMs: number, quota: ServerQuota | undefined): void;
}

/** Shorter waits are not reported. */
const REPORTED_WAIT_MS = 5_000;

/** If the ends of two waits differ by less than this, only the first wait is reported. */
const SAME_WAIT_MS = 1_000;

/** Sends GET requests to one API, with its quotas, retries and error policy. */
export class HttpClient {
  private readonly api: Api;
  private readonly context: SourceContext;
  private readonly transport: Transport;
  private readonly random: () => number;
  private readonly limiter: Limiter;
  private readonly meters = new Map<Meter, { readonly limiter: Limiter; readonly streams: Set<string> }>();
  /** The signals of callers, joined with the signal of the run. */
  private readonly joined = new WeakMap<AbortSignal, AbortSignal>();

  /** `random`: returns a number in [0, 1), for the jitter of retries. */
  constructor(api: Api, context: SourceContext, transport: Transport, random = Math.random) {
    this.api = api;
    this.context = context;
    this.transport = transport;
    this.random = random;
    this.limiter = new Limiter(
      api.quotas,
      api.maxConcurrentRequests,
      context.clock,
      this.waitReporter('the request quota'),
    );
  }

  close(): void {
    this.transport.close();
  }

  /** Throws a RequestFailed, or the reason of an aborted signal. */
  async get(endpoint: Endpoint, params: Params, { patience = SYNC, signal: own }: GetOptions = {}): Promise<Answer> {
    const { clock, log } = this.context;
    const { name, path } = endpoint;
    const signal = this.signalOf(own);
    // Without a slash, a path such as `pets` would make the host name another one, and that host would get the credentials.
    if (!/^\/[^?#]*$/.test(path)) {
      throw programmingError(
        `the path ${path} of ${name} must begin with a slash and have no query: pass the query as params`,
      );
    }
    const address = `${path}${queryOf(params)}`;
    const url = `${this.api.baseUrl}${address}`;
    let spentMs = 0;
    let refusals = 0;
    let sent = 0;
    for (let tries = 1; ; ) {
      const permit = await this.admit(endpoint, signal);
      const { sentAt } = permit;
      sent += 1;
      let result: Success | Failure | undefined;
      try {
        result = await this.transport.get(url, patience.timeoutMs, signal);
      } finally {
        permit.answered(result && serverQuota(result.headers, clock.now()));
      }
      signal.throwIfAborted();
      const now = clock.now();
      spentMs += now - sentAt;
      log('DEBUG', `${name}: GET ${address}: ${isFailure(result) ? describeOutcome(result.outcome) : 'answered'}`);
      if (!isFailure(result)) return { ...result, clocks: clocksOf(result.headers.get('date'), sentAt) };

      const { outcome, headers } = result;
      switch (this.api.policy[situationOf(outcome)].action) {
        case 'fail':
          throw this.failed(result, endpoint, { sent });
        case 'wait': {
          refusals += 1;
          const waitMs = refusalWaitMs(headers, now, refusals, this.random());
          if (refusals > patience.refusals) throw this.failed(result, endpoint, { sent });
          const longestMs = patience.longestWaitMs;
          if (waitMs > longestMs) {
            throw this.failed(result, endpoint, { sent, tooLongWait: { askedMs: waitMs, longestMs } });
          }
          permit.refused(waitMs, serverQuota(headers, now));
          break;
        }
        case 'retry': {
          refusals = 0;
          const waitMs = retryWaitMs(headers, now, tries, this.random());
          if (tries >= patience.tries || spentMs + waitMs > patience.totalMs) {
            throw this.failed(result, endpoint, { sent });
          }
          log('INFO', `${name}: ${describeOutcome(outcome)}; retrying in ${(waitMs / 1000).toFixed(1)} s.`);
          await clock.sleep(waitMs, signal);
          spentMs += waitMs;
          tries += 1;
        }
      }
    }
  }

  /** Estimated time until this number of further requests to an endpoint have been sent. */
  waitMs(endpoint: Endpoint, requests: number): number {
    return Math.max(this.limiter.waitMs(requests), this.limiterOf(endpoint)?.waitMs(requests) ?? 0);
  }

  private failed({ outcome, cause }: Failure, endpoint: Endpoint, attempts: Attempts): RequestFailed {
    const { host } = new URL(this.api.baseUrl);
    const shown =
      outcome.kind === 'status' ? { ...outcome, said: excerptOf(outcome.said, this.context.mask) } : outcome;
    return new RequestFailed(shown, { ...endpoint, host }, attempts, this.api.policy, cause);
  }

  private signalOf(own: AbortSignal | undefined): AbortSignal {
    if (own === undefined) return this.context.signal;
    let joined = this.joined.get(own);
    if (joined === undefined) {
      joined = AbortSignal.any([own, this.context.signal]);
      // Every request and every wait adds a listener, so Node's warning about many listeners is switched off.
      setMaxListeners(0, joined);
      this.joined.set(own, joined);
    }
    return joined;
  }

  /** Waits until both the quotas of all requests and those of the endpoint's meter allow a request. */
  private async admit(endpoint: Endpoint, signal: AbortSignal): Promise<Permit> {
    const meter = this.limiterOf(endpoint);
    await meter?.acquire(signal);
    const ticket = await this.limiter.acquire(signal).catch((error: unknown) => {
      meter?.cancel();
      throw error;
    });
    return {
      sentAt: ticket.sentAt,
      // If there is a meter, the server's numbers refer to it. Both limiters get the ticket of the general limiter, because it
      // is issued later and so has the time when the request was sent.
      answered: (quota) => {
        meter?.answered(ticket, quota);
        this.limiter.answered(ticket, meter === undefined ? quota : undefined);
      },
      refused: (waitMs, quota) => (meter ?? this.limiter).refused(ticket, waitMs, quota?.remaining),
    };
  }

  private limiterOf({ name, meter }: Endpoint): Limiter | undefined {
    if (meter === undefined) return undefined;
    const { limiter, streams } = this.meters.get(meter) ?? this.openMeter(meter);
    streams.add(name);
    return limiter;
  }

  private openMeter(meter: Meter) {
    const streams = new Set<string>();
    const onWait = this.waitReporter(`the request quota of ${meter.name}`, streams);
    const opened = {
      limiter: new Limiter(meter.quotas, this.api.maxConcurrentRequests, this.context.clock, onWait),
      streams,
    };
    this.meters.set(meter, opened);
    return opened;
  }

  /** Reports each long wait once. `streams`: the streams that wait; undefined: all. */
  private waitReporter(quota: string, streams?: ReadonlySet<string>): (until: number) => void {
    const { clock, log, rateLimited } = this.context;
    let reportedUntil = 0;
    return (until) => {
      const waitMs = until - clock.now();
      if (waitMs < REPORTED_WAIT_MS || Math.abs(until - reportedUntil) < SAME_WAIT_MS) return;
      reportedUntil = until;
      log('INFO', `Waiting ${Math.ceil(waitMs / 1000)} s for ${quota}.`);
      rateLimited(Math.ceil(until), streams);
    };
  }
}

function isFailure(result: Success | Failure): result is Failure {
  return 'outcome' in result;
}

/** The query with its question mark; empty if there are no parameters. */
function queryOf(params: Params): string {
  const pairs = Object.entries(params).flatMap(([name, value]) =>
    value === undefined ? [] : `${encodeURIComponent(name)}=${encodeURIComponent(value)}`,
  );
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

function serverQuota(headers: Headers, receivedAt: number): ServerQuota | undefined {
  const remaining = numberIn(headers.get('ratelimit-remaining'));
  const resetMs = askedWaitMs(headers, 'ratelimit-reset', receivedAt);
  return remaining === undefined || resetMs === undefined ? undefined : { remaining, resetMs };
}
