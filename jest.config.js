export default {
  testMatch: ['**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
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
