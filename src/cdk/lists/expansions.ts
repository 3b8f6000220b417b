import { RequestFailed } from '../http/failure.ts';
import type { LogLevel } from '../protocol/messages.ts';

/** Sends a request for a page with these expansions. */
type Ask<Answer> = (names: readonly string[]) => Promise<Answer>;

interface Settled<Answer> {
  readonly accepted: readonly string[];
  /** The response to the request with exactly these expansions. */
  readonly answer: Answer;
}

/** A list, and the fields of its rows that the server sends only if a request names them. */
export interface Expandable {
  readonly name: string;
  readonly expansions: readonly string[];
}

/**
 * The expansions of one list. A server may refuse some or all of them; the rows are read anyway. The first page of a sync
 * determines for the whole sync which ones are accepted.
 */
export class Expansions {
  private readonly list: Expandable;
  private readonly log: (level: LogLevel, sentence: string) => void;
  private settled: readonly string[] | undefined;

  constructor(list: Expandable, log: (level: LogLevel, sentence: string) => void) {
    this.list = list;
    this.log = log;
    if (list.expansions.length === 0) this.settled = [];
  }

  /** The expansions for requests that do not use getPage(), such as for single rows. */
  get accepted(): readonly string[] {
    return this.settled ?? this.list.expansions;
  }

  /**
   * Requests a page. `ask` requests that page, `askFirst` requests page 1. A resumed sync does not start with page 1. If the
   * server refuses its first request, either the page does not exist or an expansion is refused. Requests for page 1 show which
   * of the two is the reason.
   */
  async getPage<Answer>(page: number, ask: Ask<Answer>, askFirst: Ask<unknown>): Promise<Answer> {
    if (this.settled !== undefined) return ask(this.settled);
    const { expansions } = this.list;
    if (page === 1) return this.note(await settle(expansions, ask));
    try {
      return this.note({ accepted: expansions, answer: await ask(expansions) });
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const { accepted } = await settle(expansions, askFirst);
      this.note({ accepted, answer: undefined });
      if (accepted.length === expansions.length) throw error;
      return ask(accepted);
    }
  }

  private note<Answer>({ accepted, answer }: Settled<Answer>): Answer {
    this.settled = accepted;
    const { name, expansions } = this.list;
    const refused = expansions.filter((expansion) => !accepted.includes(expansion)).join(', ');
    if (refused !== '') {
      this.log(
        'WARN',
        `${name}: the server refuses to expand ${refused}, so these columns are null in this sync, and the nulls overwrite earlier values. If the account has this data, check the permissions of the token.`,
      );
    }
    return answer;
  }
}

/**
 * Finds out which expansions the server accepts. Requests the page with all of them. If the server refuses, requests the page
 * without expansions. That throws if the server refuses the list itself. Then, if there are several expansions, requests the
 * page with each one alone, and last with the accepted ones together. These are at most three requests more than there are
 * names.
 */
async function settle<Answer>(names: readonly string[], ask: Ask<Answer>): Promise<Settled<Answer>> {
  const attempt = async (some: readonly string[]): Promise<Settled<Answer> | undefined> => {
    try {
      return { accepted: some, answer: await ask(some) };
    } catch (error) {
      if (isRefusal(error)) return undefined;
      throw error;
    }
  };
  const all = await attempt(names);
  if (all !== undefined) return all;
  const none: Settled<Answer> = { accepted: [], answer: await ask([]) };
  if (names.length === 1) return none;
  const alone: Settled<Answer>[] = [];
  for (const name of names) {
    const one = await attempt([name]);
    if (one !== undefined) alone.push(one);
  }
  const [first, second] = alone;
  if (second === undefined) return first ?? none;
  return (await attempt(alone.flatMap(({ accepted }) => accepted))) ?? none;
}

/** The statuses with which servers refuse an unknown or forbidden expansion. */
function isRefusal(error: unknown): boolean {
  if (!(error instanceof RequestFailed) || error.outcome.kind !== 'status') return false;
  const { status } = error.outcome;
  return status === 400 || status === 403 || status === 422;
}
