import { availableParallelism } from 'node:os';

export default {
  // One worker more than there are cores, because some tests wait most of their time.
  maxWorkers: availableParallelism() + 1,
  // Not those of e2e/, which are slow: `npm run test:e2e` runs them.
  testMatch: ['<rootDir>/{unit,integration}_tests/**/*.test.ts'],
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  // For what hangs. A busy machine is no failure.
  testTimeout: 120_000,
  // The package's own names, which its exports map to the build: tests in process run the sources.
  moduleNameMapper: {
    '^source-float/cdk$': '<rootDir>/src/cdk/index.ts',
    '^source-float/cdk/testing$': '<rootDir>/src/cdk/testing/index.ts',
  },
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2023' }, module: { type: 'es6' } }],
  },
};
