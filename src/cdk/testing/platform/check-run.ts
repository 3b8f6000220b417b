import { type ConnectorRun, parseRun } from './parse-run.ts';
import { OF_ANSWERS } from './rules/answers.ts';
import { OF_CATALOGS } from './rules/catalog.ts';
import { OF_ALL_VERBS } from './rules/lines.ts';
import { OF_RECORDS } from './rules/records.ts';
import type { Rule } from './rules/rule.ts';
import { OF_SPECS } from './rules/spec.ts';
import { OF_STATES } from './rules/states.ts';
import { OF_STATUSES } from './rules/statuses.ts';

/** The rules that the platform, its tests and PyAirbyte apply to a source's output (source: airbyte-platform, August 2026). */
const RULES = {
  ...OF_ALL_VERBS,
  ...OF_ANSWERS,
  ...OF_SPECS,
  ...OF_CATALOGS,
  ...OF_RECORDS,
  ...OF_STATES,
  ...OF_STATUSES,
};

export type RuleName = keyof typeof RULES;

export const RULE_NAMES = Object.keys(RULES) as RuleName[];

/** A rule that a run violates. */
export interface Violation extends Pick<Rule, 'holds' | 'seenBy' | 'otherwise'> {
  readonly rule: RuleName;
  /** One sentence for each place in the output; at least one. */
  readonly places: readonly string[];
}

/** The rules that a run of a source violates; empty if every platform accepts the run. */
export function checkRun(run: ConnectorRun): Violation[] {
  const parsed = parseRun(run);
  return RULE_NAMES.flatMap((name) => {
    const { holds, seenBy, otherwise, atEnd, violations }: Rule = RULES[name];
    const places = atEnd && run.cutShort ? [] : violations(parsed);
    return places.length > 0 ? [{ rule: name, holds, seenBy, otherwise, places }] : [];
  });
}

const MOST_PLACES = 5;

/** A violation as one line for a test report. */
export function describeViolation({ rule, holds, seenBy, otherwise, places }: Violation): string {
  return `${rule}: ${holds}. Otherwise ${otherwise} (${seenBy}). Here: ${places.slice(0, MOST_PLACES).join('; ')}`;
}
