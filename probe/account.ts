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

export type Reply =
  | { readonly kind: 'answer'; readonly answer: Answer }
  /** The server refused with this status. */
  | { readonly kind: 'refused'; readonly status: number }
  | { readonly kind: 'failed'; readonly why: string };

export interface Page {
  readonly kind: 'page';
  readonly stream: FloatStream;
  readonly rows: readonly JsonObject[];
  readonly answer: Answer;
  /** From Total-Count. */
  readonly total: number | undefined;
}

export interface NoPage {
  readonly kind: 'no page';
  /** Whether the server answered, but not with a list. */
  readonly isAnswered: boolean;
  /** The status of a refusal. */
  readonly status?: number;
  readonly why: string;
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

  /** Reads a list with the parameters that every sync uses. */
  askList(stream: FloatStream, params: Params): Promise<Reply> {
    return this.ask(stream, { ...stream.params(this.config, this.today), ...params });
  }

  /** Reads a list as a sync does: with expansions, or without them if they are refused. */
  async firstPage(stream: FloatStream): Promise<Page | NoPage> {
    const expanded = await this.page(stream, { ...FIRST, ...expand(stream.expand) });
    return expanded.kind === 'no page' && expanded.isAnswered ? this.page(stream, FIRST) : expanded;
  }

  async page(stream: FloatStream, params: Params): Promise<Page | NoPage> {
    const reply = await this.askList(stream, params);
    if (reply.kind === 'failed') return { kind: 'no page', isAnswered: false, why: reply.why };
    if (reply.kind === 'refused') {
      return { kind: 'no page', isAnswered: true, status: reply.status, why: `refused (${reply.status})` };
    }
    const rows = rowsIn(reply.answer, stream);
    if (rows === undefined) return { kind: 'no page', isAnswered: true, why: 'no list' };
    return {
      kind: 'page',
      stream,
      rows,
      answer: reply.answer,
      total: count(reply.answer, 'total-count'),
    };
  }

  private async send(endpoint: Endpoint, params: Params): Promise<Reply> {
    try {
      const answer = await this.client.get(endpoint, params, { patience: PATIENCE });
      this.hasAnswered = true;
      return { kind: 'answer', answer };
    } catch (error) {
      return this.understand(error);
    }
  }

  private understand(error: unknown): Reply {
    if (error instanceof BudgetSpent) return { kind: 'failed', why: 'the limit of requests was reached' };
    if (!(error instanceof RequestFailed)) throw error;
    const { outcome } = error;
    if (outcome.kind === 'status') {
      if (outcome.status === 401) throw new NoAccount('The server refused the token (401). Check the token file.');
      // Temporary failures say nothing about the API.
      if (outcome.status >= 500 || outcome.status === 429) {
        return { kind: 'failed', why: `the server could not answer (${outcome.status})` };
      }
      this.hasAnswered = true;
      return { kind: 'refused', status: outcome.status };
    }
    const why = whyOf(outcome);
    if (!this.hasAnswered)
      throw new NoAccount(`The server cannot be reached: ${why}. Check the network and --base-url.`);
    return { kind: 'failed', why };
  }
}

/** Only what the connector itself knows: nothing that the server says may be printed. */
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
export function rowsIn(
  answer: Answer,
  { name, rowsIn }: Pick<FloatStream, 'name' | 'rowsIn'>,
): JsonObject[] | undefined {
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
