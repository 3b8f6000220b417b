import type { Account, NoAnswer } from './account.ts';

export type Verdict =
  | 'as expected'
  | 'different'
  /** The account has no rows that would show whether the assumption holds. */
  | 'cannot be seen'
  /** The request failed, or the limit of requests was reached. */
  | 'not asked';

/**
 * One result of an assumption. `seen` contains only our own words, field names that pass `printableName`, JSON types, status codes
 * and comparisons. It never contains values, keys or texts from the server.
 */
export interface Finding {
  /** The subject, if the assumption has several subjects: a list, or `list.column`. */
  readonly about?: string;
  readonly verdict: Verdict;
  readonly seen: string;
}

/** Something that the code depends on and that only a real account can show. */
export interface Assumption {
  readonly name: string;
  readonly expected: string;
  /** The consequence for syncs if the assumption is wrong. */
  readonly ifDifferent: string;
  ask(account: Account): Promise<readonly Finding[]>;
}

/** `as expected` if the assumption holds, else `different`. */
export const judged = (holds: boolean, seen: string, seenOtherwise = seen): Finding =>
  holds ? { verdict: 'as expected', seen } : { verdict: 'different', seen: seenOtherwise };

export const unseen = (seen: string): Finding => ({ verdict: 'cannot be seen', seen });

/** `refused`: the verdict if the server answered, but with a refusal or without a list. */
export const unanswered = ({ isAnswered, why }: NoAnswer, refused: Verdict): Finding => ({
  verdict: isAnswered ? refused : 'not asked',
  seen: why,
});
