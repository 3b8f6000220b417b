/**
 * Runs tests of a folder with pytest, in an environment with exactly the packages of its requirements.txt. Environments are kept in
 * the user's cache folder and recreated when the lock file or Python changes.
 *
 * usage: node e2e/python.mjs PYTHON FOLDER PYTEST_ARGUMENT…     the last line is `N passed, N failed`
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { cacheFolder } from './needs.mjs';

const [python, path, ...args] = process.argv.slice(2);
const tests = resolve(path);
const lock = join(tests, 'requirements.txt');
const files = mkdtempSync(join(tmpdir(), 'source-float-e2e-'));
try {
  const environment = install();
  const report = join(files, 'report.xml');
  const { status } = run(environment, ['-m', 'pytest', '--verbose', `--junit-xml=${report}`, ...args]);
  const { passed, failed, skipped } = count(report);
  process.stdout.write(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`);
  process.exitCode = status ?? 1;
} finally {
  rmSync(files, { recursive: true });
}

/** The Python interpreter of an environment with the locked packages. */
function install() {
  const { stdout: version } = run(python, ['-VV'], 'pipe');
  const key = createHash('sha256').update(readFileSync(lock)).update(version).digest('hex').slice(0, 16);
  const folder = cacheFolder(`python-${key}`);
  const interpreter = join(folder, 'bin', 'python');
  const finished = join(folder, 'finished');
  if (!existsSync(finished)) {
    process.stdout.write(`Installing ${lock} into ${folder} …\n`);
    mustRun(python, ['-m', 'venv', '--clear', folder]);
    mustRun(interpreter, ['-m', 'pip', 'install', '--quiet', '--no-deps', '--require-hashes', '--requirement', lock]);
    writeFileSync(finished, version);
  }
  return interpreter;
}

function mustRun(command, args) {
  const { status, signal } = run(command, args);
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed (${signal ?? `exit ${status}`}).`);
}

function run(command, args, stdout = 'inherit') {
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1', PIP_DISABLE_PIP_VERSION_CHECK: '1' };
  const ran = spawnSync(command, args, { cwd: tests, env, encoding: 'utf8', stdio: ['ignore', stdout, 'inherit'] });
  if (ran.error !== undefined) throw ran.error;
  return ran;
}

/** The counts in pytest's report. */
function count(report) {
  const head = /<testsuite [^>]*>/.exec(readFileSync(report, 'utf8'))[0];
  const attribute = (name) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(head)[1]);
  const [failed, skipped] = [attribute('failures') + attribute('errors'), attribute('skipped')];
  return { passed: attribute('tests') - failed - skipped, failed, skipped };
}
