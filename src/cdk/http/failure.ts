import { ConnectorError } from '../protocol/errors.ts';
import { describeOutcome, type Outcome } from './outcome.ts';
import { type ErrorPolicy, situationOf } from './policy.ts';

const EXCERPT_LIMIT_CHARACTERS = 300;

/** Details of a request for messages. */
export interface Requested {
  readonly name: string;
  readonly path: string;
  readonly host: string;
  readonly deniedBecause?: string | undefined;
}

/** What the client did before the request failed. */
export interface Attempts {
  /** Number of requests sent, including those refused because of the quota. */
  readonly sent: number;
  /** Set if the server asked for a longer wait than the client accepts. */
  readonly tooLongWait?: { readonly askedMs: number; readonly longestMs: number } | undefined;
}

/** An excerpt of the server's error message. Masked before it is truncated, because part of a secret would not be recognised. */
export function excerptOf(said: string, mask: (text: string) => string): string {
  return mask(said).replace(/\s+/g, ' ').trim().slice(0, EXCERPT_LIMIT_CHARACTERS);
}

/** A request failed after all retries. */
export class RequestFailed extends ConnectorError {
  /** A 403 that means "quota exceeded" has the status 429 here. */
  readonly outcome: Outcome;

  /** `outcome.said` must already be an excerpt. */
  constructor(outcome: Outcome, requested: Requested, attempts: Attempts, policy: ErrorPolicy, cause?: unknown) {
    const { name, path, host, deniedBecause } = requested;
    const situation = situationOf(outcome);
    const { failureType, failure, advice } = policy[situation];
    const done = sentencesOf(attempts);
    const said = outcome.kind === 'status' && outcome.said !== '' ? `The server says: ${outcome.said}` : '';
    const known = situation === 'forbidden' ? deniedBecause : undefined;
    const sentences =
      known === undefined
        ? [failure({ what: name, host, detail: detailOf(outcome) }), done, advice, said]
        : [known, done, said];
    super(failureType, joined(sentences), {
      internalMessage: joined([`GET ${path}: ${describeOutcome(outcome)}.`, done, said]),
      cause,
    });
    this.outcome = outcome;
  }
}

function sentencesOf({ sent, tooLongWait }: Attempts): string {
  const times = sent > 1 ? `The request was sent ${sent} times.` : '';
  if (tooLongWait === undefined) return times;
  const [asked, longest] = [tooLongWait.askedMs, tooLongWait.longestMs].map((ms) => `${Math.ceil(ms / 1000)} s`);
  return joined([
    times,
    `The server asks for a wait of ${asked}. The connector waits at most ${longest}, so it gave up.`,
  ]);
}

/** The status that a request failed with; undefined for any other error. */
export function statusOf(error: unknown): number | undefined {
  return error instanceof RequestFailed && error.outcome.kind === 'status' ? error.outcome.status : undefined;
}

function joined(sentences: readonly string[]): string {
  return sentences.filter((sentence) => sentence !== '').join(' ');
}

function detailOf(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'status':
      return String(outcome.sentStatus ?? outcome.status);
    case 'network':
      return outcome.code;
    case 'no answer':
      return String(outcome.seconds);
    case 'not json':
      return '';
    case 'too large':
      return `${outcome.limitBytes / 2 ** 20} MB`;
    case 'encoding':
      return outcome.encoding;
    case 'proxy':
      return `${outcome.proxyHost} ${/^\d/.test(outcome.code) ? 'answered' : 'failed with'} ${outcome.code}`;
  }
}
