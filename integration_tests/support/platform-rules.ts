import { type ConnectorRun, checkRun, describeViolation, type RuleName } from '../../src/cdk/testing/index.ts';

/** Throws unless a run breaks exactly these rules of the platform. */
export function assertRules(run: ConnectorRun, broken: readonly RuleName[] = []): void {
  const violations = checkRun(run);
  const unexpected = violations.filter(({ rule }) => !broken.includes(rule)).map(describeViolation);
  const missing = broken
    .filter((name) => !violations.some(({ rule }) => rule === name))
    .map((name) => `${name}: expected to be broken, but holds`);
  if (unexpected.length + missing.length > 0) {
    throw new Error(`A platform would reject this ${run.verb}:\n${[...unexpected, ...missing].join('\n')}`);
  }
}
