import { type Clocks, clocksOf } from '../cdk/http/clocks.ts';
import { Limiter, type ServerQuota } from '../cdk/http/limiter.ts';
import type { Outcome } from '../cdk/http/outcome.ts';
import { backoff, numberIn, quotaWait, retryAfter } from '../cdk/http/retry-timing.ts';
import type { Failure, Headers, Success, Transport } from '../cdk/http/transport.ts';
import type { ConnectorError, Context, JsonValue } from '../cdk/index.ts';
import type { FloatConfig } from './config.ts';
import { actionFor, RequestFailed } from './failures.ts';

export type Params = Readonly<Record<string, string | number>>;

export interface Endpoint {
  /** The stream's name, for messages. */
  readonly name: string;
  readonly path: string;
  /** What a 403 means, where more is known than that access is denied. */
  readonly deniedBecause?: string | undefined;
  /** Where requests to it are counted apart as well. */
  readonly meter?: Meter | undefined;
}

/** A quota of some endpoints, beside that of all. */
export interface Meter {
  readonly name: string;
  readonly requestsPerMinute: number;
}

/** One request's leave to be sent. */
interface Leave {
  readonly sentAt: number;
  /** An answer came, or none will. */
  answered(quota: ServerQuota | undefined): void;
  /** Nothing is sent for `wait` milliseconds. */
  refused(wait: number, quota: ServerQuota | undefined): void;
}

export interface Answer {
  /** Undefined where the server answered 204. */
  readonly body: JsonValue | undefined;
  readonly headers: Headers;
  readonly clocks: Clocks;
}

/** How long a request is tried. Durations in milliseconds; waits for the quota do not count. */
export interface Patience {
  readonly tries: number;
  readonly timeout: number;
  readonly total: number;
  /** Answers of 429 in a row. */
  readonly quotaWaits: number;
  /** A server that asks for a longer wait is not waited for. */
  readonly longestWait: number;
}

const SYNC: Patience = { tries: 5, timeout: 60_000, total: 300_000, quotaWaits: 10, longestWait: 600_000 };
/** A user waits in front of a form, and programs give up after half a minute. */
export const CHECK: Patience = { tries: 2, timeout: 10_000, total: 20_000, quotaWaits: 2, longestWait: 10_000 };

/** Discovery goes on without the answer. */
export const PROBE: Patience = { tries: 1, timeout: 10_000, total: 10_000, quotaWaits: 0, longestWait: 0 };

/** Shorter waits are not worth a message. */
const WORTH_TELLING = 5_000;

/** GET requests to one Float server: the token, the quota, the retries. */
export class FloatClient {
  private readonly config: FloatConfig;
  private readonly context: Context;
  private readonly transport: Transport;
  private readonly limiter: Limiter;
  private readonly meters = new Map<Meter, { readonly limiter: Limiter; readonly streams: Set<string> }>();

  constructor(config: FloatConfig, context: Context, transport: Transport) {
    this.config = config;
    this.context = context;
    this.transport = transport;
    const perMinute = { limit: config.requestsPerMinute, milliseconds: 60_000 };
    const perSecond = { limit: config.requestsPerSecond, milliseconds: 1_000 };
    this.limiter = new Limiter(
      [perMinute, perSecond],
      config.concurrency,
      context.clock,
      this.teller('the request quota'),
    );
  }

  close(): void {
    this.transport.close();
  }

  /** Throws a RequestFailed. */
  async get(endpoint: Endpoint, params: Params, patience: Patience = SYNC): Promise<Answer> {
    const { clock, log, signal } = this.context;
    const { name, path } = endpoint;
    const url = `${this.config.baseUrl}${path}?${queryOf(params)}`;
    let spent = 0;
    let quotaWaits = 0;
    for (let tries = 1; ; ) {
      const leave = await this.admit(endpoint);
      const { sentAt } = leave;
      let result: Success | Failure | undefined;
      try {
        result = await this.transport.get(url, patience.timeout);
      } finally {
        leave.answered(result && serverQuota(result.headers));
      }
      spent += clock.now() - sentAt;
      log('DEBUG', `${name}: GET ${path}: ${isFailure(result) ? describe(result.outcome) : 'answered'}`);
      if (!isFailure(result)) return { ...result, clocks: clocksOf(result.headers.get('date'), sentAt) };

      const { outcome, headers, cause } = result;
      const failed = (): ConnectorError => new RequestFailed(outcome, endpoint, new URL(url).host, cause);
      switch (actionFor(outcome)) {
        case 'fail':
          throw failed();
        case 'wait': {
          quotaWaits += 1;
          // A server that says 0 has rounded: asked again at once, it would refuse again.
          const wait = quotaWait(headers, clock.now()) || backoff(quotaWaits + 1, Math.random());
          if (quotaWaits > patience.quotaWaits || wait > patience.longestWait) throw failed();
          leave.refused(wait, serverQuota(headers));
          break;
        }
        case 'retry': {
          const wait = Math.max(backoff(tries, Math.random()), retryAfter(headers, clock.now()) ?? 0);
          if (tries >= patience.tries || spent + wait > patience.total) throw failed();
          log('INFO', `${name}: ${describe(outcome)}; asking again in ${(wait / 1000).toFixed(1)} s.`);
          await clock.sleep(wait, signal);
          spent += wait;
          tries += 1;
        }
      }
    }
  }

  /** Waits until a request may be sent, by the quota of all and by that of its meter. */
  private async admit(endpoint: Endpoint): Promise<Leave> {
    const { signal } = this.context;
    const metered = this.limiterOf(endpoint);
    await metered?.acquire(signal);
    const ticket = await this.limiter.acquire(signal);
    return {
      sentAt: ticket.sentAt,
      // What the server says of its count is about the narrower of the two. The meter's place is held from the sending, too:
      // its own ticket may be older, by the wait for the quota of all.
      answered: (quota) => {
        metered?.answered(ticket, quota);
        this.limiter.answered(ticket, metered === undefined ? quota : undefined);
      },
      refused: (wait, quota) => (metered ?? this.limiter).refused(ticket, wait, quota?.remaining),
    };
  }

  private limiterOf({ name, meter }: Endpoint): Limiter | undefined {
    if (meter === undefined) return undefined;
    const { limiter, streams } = this.meters.get(meter) ?? this.openMeter(meter);
    streams.add(name);
    return limiter;
  }

  private openMeter(meter: Meter) {
    const { config, context } = this;
    const streams = new Set<string>();
    const quota = { limit: meter.requestsPerMinute, milliseconds: 60_000 };
    const onWait = this.teller(`the request quota of ${meter.name}`, streams);
    const opened = { limiter: new Limiter([quota], config.concurrency, context.clock, onWait), streams };
    this.meters.set(meter, opened);
    return opened;
  }

  /** Tells of waits that are long enough, of each once. `streams`: those that wait, where not all do. */
  private teller(quota: string, streams?: ReadonlySet<string>): (until: number) => void {
    const { clock, log, rateLimited } = this.context;
    let toldUntil = 0;
    return (until) => {
      const wait = until - clock.now();
      if (wait < WORTH_TELLING || Math.abs(until - toldUntil) < 1_000) return;
      toldUntil = until;
      log('INFO', `Waiting ${Math.ceil(wait / 1000)} s for ${quota}.`);
      rateLimited(Math.ceil(until), streams);
    };
  }
}

function isFailure(result: Success | Failure): result is Failure {
  return 'outcome' in result;
}

function queryOf(params: Params): string {
  return Object.entries(params)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&');
}

function serverQuota(headers: Headers): ServerQuota | undefined {
  const remaining = numberIn(headers.get('ratelimit-remaining'));
  const reset = numberIn(headers.get('ratelimit-reset'));
  return remaining === undefined || reset === undefined ? undefined : { remaining, reset };
}

function describe(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'status':
      return `status ${outcome.status}`;
    case 'network':
      return `connection failed (${outcome.code})`;
    case 'no answer':
      return `no answer within ${outcome.seconds} s`;
    case 'not json':
      return 'an answer that is not JSON';
    case 'too large':
      return 'an answer that is too large';
    case 'encoding':
      return `an answer in the encoding ${outcome.encoding}`;
    case 'proxy':
      return `the proxy ${outcome.proxyHost} failed (${outcome.code})`;
  }
}
