/**
 * Runs the end-to-end tests. Each part is a separate command, with tests for Node's test runner, pytest or Jest.
 * The last line has the total counts. A part whose requirements are missing is skipped, which CI counts as a failure.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { readCommandLine } from '../scripts/command-line.mjs';
import { compose, docker, image, postgres, pythonFor, Unavailable } from './needs.mjs';
import { ROOT } from './support/processes.mjs';

const node = (...args) => [process.execPath, '--test-reporter=spec', ...args];
/** A part that runs pytest in a folder. `args` gets the results of `needs`. */
const pytest = (folder, needs, args) => ({
  folder,
  needs: [pythonFor(folder), ...needs],
  command: (python, ...found) => [python, '-m', 'pytest', '--verbose', ...args(...found)],
});

/** `command` gets the results of `needs`. */
const PARTS = {
  image: { needs: [docker], command: () => node('e2e/image.mjs') },
  'supply-chain': { needs: [], command: () => node('e2e/supply-chain.mjs') },
  'own-tests': {
    needs: [],
    command: () => ['npm', 'run', '--silent', 'jest', '--', '--testMatch', '<rootDir>/e2e/*.test.ts'],
  },
  page: { needs: [], command: () => node('e2e/page.mjs') },
  'standard-tests': pytest('e2e/python', [], () => ['standard_tests', '-m', 'not image_tests']),
  'standard-tests-image': pytest('e2e/python', [image], (name) => [
    ...['standard_tests/test_connector.py', '-m', 'image_tests'],
    ...['--connector-image', name, '--read-from-streams', 'all'],
  ]),
  'pyairbyte-duckdb': pytest('e2e/python', [], () => ['pyairbyte']),
  'pyairbyte-postgres': pytest('e2e/python', [postgres], (programs) => ['pyairbyte', '--postgres', programs]),
  cron: { needs: [image, compose], command: (name, words) => node('e2e/cron.mjs', name, ...words) },
  'airbyte-serverless': pytest('e2e/python', [], () => ['serverless']),
  'qa-checks': pytest('e2e/qa', [], () => []),
  'pyairbyte-image': pytest('e2e/python', [image], (name) => ['pyairbyte', '--connector-image', name]),
};

const { positionals: wanted } = readCommandLine({
  usage: 'usage: npm run test:e2e [-- PART …]',
  help: `Tests the connector with third-party programs. Parts: ${Object.keys(PARTS).join(', ')}.`,
  names: Object.keys(PARTS),
});

const outcomes = [];
for (const name of wanted.length > 0 ? wanted : Object.keys(PARTS)) {
  const began = performance.now();
  print(`\n${name}`);
  const outcome = await outcomeOf(PARTS[name]);
  const seconds = (performance.now() - began) / 1000;
  outcomes.push({ ...outcome, summary: `${name}: ${outcome.text} (${seconds.toFixed(1)} s)` });
}

const sum = (count) => outcomes.reduce((total, outcome) => total + outcome[count], 0);
print(`\n${outcomes.map(({ summary }) => summary).join('\n')}`);
const total = { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') };
if (process.env.CI === 'true') Object.assign(total, { failed: total.failed + total.skipped, skipped: 0 });
print(textOf(total));
process.exitCode = total.failed === 0 ? 0 : 1;

async function outcomeOf({ needs, command, folder = '.' }) {
  try {
    return await run(command(...needs.map((need) => need())), folder);
  } catch (error) {
    const isSkipped = error instanceof Unavailable;
    const text = `${isSkipped ? 'skipped' : 'failed'}, ${error.message}`;
    print(text);
    return { passed: 0, failed: isSkipped ? 0 : 1, skipped: isSkipped ? 1 : 0, text };
  }
}

/** A command that exits with an error but without a failed test, or without any test, counts as one more failure. */
async function run([program, ...args], folder) {
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' };
  const child = spawn(program, args, { cwd: join(ROOT, folder), env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const name of ['stdout', 'stderr']) {
    child[name].setEncoding('utf8').on('data', (text) => {
      output += text;
      process[name].write(text);
    });
  }
  const [code, signal] = await once(child, 'close');
  const counts = countsOf(output);
  const text = textOf(counts);
  const isSound = code === 0 ? counts.passed + counts.skipped > 0 : counts.failed > 0;
  if (isSound) return { ...counts, text };
  return { ...counts, failed: counts.failed + 1, text: `${text}; ended with ${signal ?? `exit ${code}`}` };
}

/** Reads `ℹ pass 3` of Node, `== 3 passed in 1.20s ==` of pytest, and `Tests: 3 passed, 3 total` of Jest. */
function countsOf(output) {
  const summary = output.match(/^(?:Tests: |=+ .* in \d+\.\d+s).*$/gm)?.at(-1) ?? '';
  const count = (inNode, inOthers) => {
    const found = [
      ...output.matchAll(new RegExp(`^ℹ (?:${inNode}) (\\d+)$`, 'gm')),
      ...summary.matchAll(new RegExp(`(\\d+) (?:${inOthers})\\b`, 'g')),
    ];
    return found.reduce((total, [, number]) => total + Number(number), 0);
  };
  return {
    passed: count('pass', 'passed'),
    failed: count('fail|cancelled', 'failed|errors?'),
    skipped: count('skipped', 'skipped'),
  };
}

function textOf({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

function print(text) {
  process.stdout.write(`${text}\n`);
}
