/** What the author of a connector tests with: a clock, a stdout, and the rules of Airbyte's platform. Needs no test runner. */
export { FakeClock, settled } from './fake-clock.ts';
export { MemoryStdout } from './memory-stdout.ts';
export { checkRun, describeViolation, RULE_NAMES, type RuleName, type Violation } from './platform/check-run.ts';
export type { ConnectorRun } from './platform/parse-run.ts';
export { parseLine } from './platform/protocol.ts';
