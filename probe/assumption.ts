import type { Account, NoPage } from './account.ts';

export type Verdict =
  | 'as expected'
  | 'different'
  /** The account has no rows that show it. */
  | 'cannot be seen'
  /** The request failed, or the limit of requests was reached. */
  | 'not asked';

/**
 * What one question brought. `seen` is made of our own words, names of fields that `printableName` lets through, JSON types,
 * status codes and comparisons: never of a value, a key, or a text of the server.
 */
export interface Finding {
  /** What it is about where the assumption is about several: a list, or `list.column`. */
  readonly about?: string;
  readonly verdict: Verdict;
  readonly seen: string;
}

/** What the code depends on and only a live account can show. */
export interface Assumption {
  readonly name: string;
  readonly expected: string;
  /** What follows for a sync where it does not hold. */
  readonly ifDifferent: string;
  ask(account: Account): Promise<readonly Finding[]>;
}

/** As expected where it holds. */
export const judged = (holds: boolean, seen: string, about?: string): Finding => ({
  ...(about === undefined ? {} : { about }),
  verdict: holds ? 'as expected' : 'different',
  seen,
});

export const unseen = (seen: string, about?: string): Finding => ({
  ...(about === undefined ? {} : { about }),
  verdict: 'cannot be seen',
  seen,
});

/** A page that did not come. `refused`: what it means if the server answered all the same. */
export const withoutPage = ({ isAnswered, why }: NoPage, refused: Verdict, about?: string): Finding => ({
  ...(about === undefined ? {} : { about }),
  verdict: isAnswered ? refused : 'not asked',
  seen: why,
});

export const notAsked = (seen: string, about?: string): Finding => ({
  ...(about === undefined ? {} : { about }),
  verdict: 'not asked',
  seen,
});
