/**
 * Tests the connector with third-party programs. Each part is a separate program, with tests for Node's test runner or pytest.
 * The last line has the total counts. A part whose requirements are missing is skipped, which CI counts as a failure.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { readCommandLine } from '../scripts/command-line.mjs';
import { compose, docker, image, postgres, python, Unavailable } from './needs.mjs';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

/** `command` returns the arguments for Node, given the results of `needs`. */
const PARTS = {
  image: {
    needs: [docker],
    command: () => ['e2e/image.mjs'],
  },
  'supply-chain': {
    needs: [],
    command: () => ['e2e/supply-chain.mjs'],
  },
  demo: {
    needs: [],
    command: () => ['e2e/jest.mjs'],
  },
  page: {
    needs: [],
    command: () => ['e2e/page.mjs'],
  },
  'standard-tests': {
    needs: [python],
    command: (interpreter) => ['e2e/python.mjs', interpreter, 'e2e/python', 'standard_tests', '-m', 'not image_tests'],
  },
  'standard-tests-example': {
    needs: [python],
    command: (interpreter) => ['e2e/python.mjs', interpreter, 'e2e/python', 'example_tests', '-m', 'not image_tests'],
  },
  'standard-tests-image': {
    needs: [python, image],
    command: (interpreter, name) => [
      ...['e2e/python.mjs', interpreter, 'e2e/python', 'standard_tests', '-m', 'image_tests'],
      ...['--connector-image', name, '--read-from-streams', 'all'],
    ],
  },
  'pyairbyte-duckdb': {
    needs: [python],
    command: (interpreter) => ['e2e/python.mjs', interpreter, 'e2e/python', 'pyairbyte'],
  },
  'pyairbyte-postgres': {
    needs: [python, postgres],
    command: (interpreter, programs) => [
      'e2e/python.mjs',
      interpreter,
      'e2e/python',
      'pyairbyte',
      '--postgres',
      programs,
    ],
  },
  cron: {
    needs: [image, compose],
    command: (name, words) => ['e2e/cron.mjs', name, ...words],
  },
  'airbyte-serverless': {
    needs: [python],
    command: (interpreter) => ['e2e/python.mjs', interpreter, 'e2e/python', 'serverless'],
  },
  'qa-checks': {
    needs: [python],
    command: (interpreter) => ['e2e/python.mjs', interpreter, 'e2e/qa'],
  },
  'pyairbyte-image': {
    needs: [python, image],
    command: (interpreter, name) => [
      'e2e/python.mjs',
      interpreter,
      'e2e/python',
      'pyairbyte',
      '--connector-image',
      name,
    ],
  },
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
  outcomes.push({ name, ...outcome, summary: `${name}: ${outcome.text} (${seconds.toFixed(1)} s)` });
}

const sum = (count) => outcomes.reduce((total, outcome) => total + outcome[count], 0);
print(`\n${outcomes.map(({ summary }) => summary).join('\n')}`);
const skipped = sum('skipped');
const mustNotSkip = process.env.CI === 'true';
const failed = sum('failed') + (mustNotSkip ? skipped : 0);
print(`${sum('passed')} passed, ${failed} failed${skipped > 0 && !mustNotSkip ? `, ${skipped} skipped` : ''}`);
process.exitCode = failed === 0 ? 0 : 1;

async function outcomeOf({ needs, command }) {
  try {
    return await run(command(...needs.map((need) => need())));
  } catch (error) {
    const text = error instanceof Unavailable ? `skipped, ${error.message}` : `failed, ${error.message}`;
    print(text);
    return {
      passed: 0,
      failed: error instanceof Unavailable ? 0 : 1,
      skipped: error instanceof Unavailable ? 1 : 0,
      text,
    };
  }
}

/** A part that exits with an error but without a failed check, or without any check, counts as one more failure. */
async function run(args) {
  const child = spawn(process.execPath, ['--test-reporter=spec', ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output += text;
    process.stdout.write(text);
  });
  const [code, signal] = await once(child, 'close');
  const { passed, failed, skipped } = countsOf(output);
  const text = `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
  const isSound = code === 0 ? passed + skipped > 0 : failed > 0;
  if (isSound) return { passed, failed, skipped, text };
  return { passed, failed: failed + 1, skipped, text: `${text}; ended with ${signal ?? `exit ${code}`}` };
}

/** Counts from the summary of Node's test runner (`ℹ pass 3`), or from the last line of e2e/python.mjs. */
function countsOf(output) {
  const ofNode = (name) => Number(new RegExp(`^ℹ ${name} (\\d+)$`, 'm').exec(output)?.[1] ?? 0);
  const ofPython = (name) =>
    Number(new RegExp(`(\\d+) ${name}\\b`).exec(output.trimEnd().split('\n').at(-1))?.[1] ?? 0);
  return {
    passed: ofNode('pass') + ofPython('passed'),
    failed: ofNode('fail') + ofNode('cancelled') + ofPython('failed'),
    skipped: ofNode('skipped') + ofPython('skipped'),
  };
}

function print(text) {
  process.stdout.write(`${text}\n`);
}
