/**
 * The rules that the platform, its tests and PyAirbyte hold a source's output to (airbyte-platform of August 2026), as
 * one judge through whom every black-box test's output goes.
 */
import { type Output, type RunSeen, takeApart } from './output.ts';
import { OF_ANSWERS } from './rules/answers.ts';
import { OF_CATALOGS } from './rules/catalog.ts';
import { OF_ALL_VERBS } from './rules/lines.ts';
import { OF_RECORDS } from './rules/records.ts';
import type { Rule } from './rules/rule.ts';
import { OF_SPECS } from './rules/spec.ts';
import { OF_STATES } from './rules/states.ts';
import { OF_STATUSES } from './rules/statuses.ts';

export const RULES = {
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

/** Where a run breaks which rules. */
export function breachesOf(run: RunSeen): Map<RuleName, string[]> {
  const output = takeApart(run);
  const breaches = new Map<RuleName, string[]>();
  for (const name of RULE_NAMES) {
    const found = judged(RULES[name], output, run.cutShort);
    if (found.length > 0) breaches.set(name, found);
  }
  return breaches;
}

function judged(rule: Rule, output: Output, cutShort = false): string[] {
  return cutShort && rule.atEnd ? [] : rule.breaches(output);
}

/** Throws where a run breaks other rules than a test says it does. */
export function judge(run: RunSeen, expected: readonly RuleName[] = []): void {
  const breaches = breachesOf(run);
  const sentences = [...breaches]
    .filter(([name]) => !expected.includes(name))
    .map(([name, places]) => {
      const { holds, seenBy, otherwise }: Rule = RULES[name];
      return `${name}: ${holds}. Otherwise ${otherwise} (${seenBy}). Here: ${places.slice(0, 5).join('; ')}`;
    });
  const missing = expected
    .filter((name) => !breaches.has(name))
    .map((name) => `${name}: expected to be broken, but holds`);
  if (sentences.length + missing.length > 0) {
    throw new Error(`A platform would not take this ${run.verb}:\n${[...sentences, ...missing].join('\n')}`);
  }
}
