/**
 * Test tools for authors of connectors: clocks, a server and a stdout in memory, runs in the same process, and the rules of
 * Airbyte's platform. They work with any test runner. docs/cdk.md documents every export.
 */
export { FakeClock, settled } from './fake-clock.ts';
export { type FakeAnswer, fakeTransport } from './fake-transport.ts';
export { InstantClock } from './instant-clock.ts';
export { MemoryStdout } from './memory-stdout.ts';
export { checkRun, describeViolation, RULE_NAMES, type RuleName, type Violation } from './platform/check-run.ts';
export type { ConnectorRun } from './platform/parse-run.ts';
export { parseLine } from './platform/protocol.ts';
export { configureAll, lastStates, runSource, type SourceRun, type VerbInput } from './run-source.ts';
