import type { Answer, Endpoint, HttpClient, Params } from '../src/cdk/http/client.ts';
import { RequestFailed } from '../src/cdk/http/failure.ts';
import type { Patience } from '../src/cdk/http/patience.ts';
import { ConnectorError, type JsonObject, type JsonValue } from '../src/cdk/index.ts';
import type { FloatConfig } from '../src/float/config.ts';
import { expand, PER_PAGE, rowsOf } from '../src/float/lists.ts';
import type { FloatStream } from '../src/float/streams.ts';
import { BudgetSpent } from './budget.ts';

/** Short, because a user waits for the probe. */
const PATIENCE: Patience = { tries: 2, timeoutMs: 20_000, totalMs: 40_000, refusals: 3, longestWaitMs: 60_000 };

export const FIRST: Params = { page: 1, 'per-page': PER_PAGE };

/** The server cannot be probed at all. The message is our own and contains nothing from the server. */
export class NoAccount extends Error {}

/** There is no usable answer. */
export interface NoAnswer {
  readonly kind: 'no answer';
  /** False if the request failed. A failure says nothing about the API. */
  readonly isAnswered: boolean;
  /** The status of a refusal. */
  readonly status?: number;
  readonly why: string;
}

export type Reply = { readonly kind: 'answer'; readonly answer: Answer } | NoAnswer;

export interface Page {
  readonly kind: 'page';
  readonly stream: FloatStream;
  readonly rows: readonly JsonObject[];
  readonly answer: Answer;
  /** From Total-Count. */
  readonly total: number | undefined;
}

/** Sends the requests of the probe. Repeated requests are answered from a cache. */
export class Account {
  readonly config: FloatConfig;
  readonly today: Date;
  private readonly client: HttpClient;
  private readonly replies = new Map<string, Promise<Reply>>();
  private hasAnswered = false;

  constructor(client: HttpClient, config: FloatConfig, now: number) {
    this.client = client;
    this.config = config;
    this.today = new Date(now);
  }

  ask(endpoint: Endpoint, params: Params): Promise<Reply> {
    const question = JSON.stringify([endpoint.path, params]);
    const asked = this.replies.get(question) ?? this.send(endpoint, params);
    this.replies.set(question, asked);
    return asked;
  }

  /** Reads a list as a sync does: with expansions, or without them if they are refused. */
  async firstPage(stream: FloatStream): Promise<Page | NoAnswer> {
    const expanded = await this.page(stream, { ...FIRST, ...expand(stream.expand) });
    return expanded.kind === 'no answer' && expanded.isAnswered ? this.page(stream, FIRST) : expanded;
  }

  /** Sends the stream's own parameters and `params`. */
  askStream(stream: FloatStream, params: Params = {}): Promise<Reply> {
    return this.ask(stream, { ...stream.params(this.config, this.today), ...params });
  }

  async page(stream: FloatStream, params: Params): Promise<Page | NoAnswer> {
    const reply = await this.askStream(stream, params);
    if (reply.kind === 'no answer') return reply;
    const { answer } = reply;
    const rows = rowsIn(answer, stream);
    if (rows === undefined) return { kind: 'no answer', isAnswered: true, why: 'no list' };
    return { kind: 'page', stream, rows, answer, total: count(answer, 'total-count') };
  }

  private async send(endpoint: Endpoint, params: Params): Promise<Reply> {
    try {
      const answer = await this.client.get(endpoint, params, { patience: PATIENCE });
      this.hasAnswered = true;
      return { kind: 'answer', answer };
    } catch (error) {
      if (error instanceof BudgetSpent) return failed('the limit of requests was reached');
      if (!(error instanceof RequestFailed)) throw error;
      return this.understand(error.outcome);
    }
  }

  private understand(outcome: RequestFailed['outcome']): NoAnswer {
    if (outcome.kind === 'status') {
      const { status } = outcome;
      if (status === 401) throw new NoAccount('The server refused the token (401). Check the token file.');
      // Temporary failures say nothing about the API.
      if (status >= 500 || status === 429) return failed(`the server could not answer (${status})`);
      this.hasAnswered = true;
      return { kind: 'no answer', isAnswered: true, status, why: `refused (${status})` };
    }
    const why = whyOf(outcome);
    if (this.hasAnswered) return failed(why);
    throw new NoAccount(`The server cannot be reached: ${why}. Check the network and --base-url.`);
  }
}

const failed = (why: string): NoAnswer => ({ kind: 'no answer', isAnswered: false, why });

/** Contains only what the connector itself knows, because nothing that the server says may be printed. */
function whyOf(outcome: Exclude<RequestFailed['outcome'], { kind: 'status' }>): string {
  switch (outcome.kind) {
    case 'network':
      return `the connection failed (${outcome.code})`;
    case 'no answer':
      return `there was no answer within ${outcome.seconds} s`;
    default:
      return `no usable answer (${outcome.kind})`;
  }
}

/** Undefined if the body is not a list of rows. */
export function rowsIn(answer: Answer, { name, rowsIn }: FloatStream): JsonObject[] | undefined {
  try {
    return rowsOf(answer, name, rowsIn);
  } catch (error) {
    if (error instanceof ConnectorError) return undefined;
    throw error;
  }
}

/** The number in a pagination header. */
export function count({ headers }: Answer, header: string): number | undefined {
  const text = headers.get(`x-pagination-${header}`);
  return text !== null && /^\d+$/.test(text) ? Number(text) : undefined;
}

export const keyOf = (row: JsonObject, { nativeKey }: FloatStream): JsonValue => row.id ?? row[nativeKey] ?? null;
