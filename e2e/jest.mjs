/**
 * Runs our own tests that are too slow for `npm test`: e2e/*.test.ts.
 *
 * usage: node e2e/jest.mjs     the last line is `N passed, N failed`
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './support/processes.mjs';

const folder = mkdtempSync(join(tmpdir(), 'source-float-e2e-'));
try {
  const report = join(folder, 'report.json');
  const options = ['--rootDir', ROOT, '--testMatch', '<rootDir>/e2e/*.test.ts', '--json', '--outputFile', report];
  const { status, error } = spawnSync('npm', ['run', '--silent', 'jest', '--', ...options], {
    cwd: ROOT,
    // Jest prints the report to stdout too.
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (error !== undefined) throw error;
  const counts = JSON.parse(readFileSync(report, 'utf8'));
  const failed = counts.numFailedTests + counts.numRuntimeErrorTestSuites;
  const skipped = counts.numPendingTests;
  process.stdout.write(
    `${counts.numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`,
  );
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true });
}
