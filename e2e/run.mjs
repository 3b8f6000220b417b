/**
 * Has programs that are not ours judge the connector. Each part is a program of its own, which prints its checks and closes
 * with `N passed, N failed`; the last line here is their sum. A part whose needs this machine cannot meet is skipped, which
 * CI counts as a failure.
 *
 * usage: node e2e/run.mjs [PART…]     without PART all of them, one after another
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { docker, image, postgres, python, Unavailable } from './needs.mjs';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

/** `command` makes of what was needed the arguments for Node. */
const PARTS = {
  image: {
    needs: [docker],
    command: () => ['e2e/image.mjs'],
  },
  'supply-chain': {
    needs: [image],
    command: (name) => ['e2e/supply-chain.mjs', name],
  },
  page: {
    needs: [],
    command: () => ['e2e/page.mjs'],
  },
  'standard-tests': {
    needs: [python],
    command: (interpreter) => ['e2e/python.mjs', interpreter, 'standard_tests', '-m', 'not image_tests'],
  },
  'standard-tests-example': {
    needs: [python],
    command: (interpreter) => ['e2e/python.mjs', interpreter, 'example_tests', '-m', 'not image_tests'],
  },
  'standard-tests-image': {
    needs: [python, image],
    command: (interpreter, name) => [
      ...['e2e/python.mjs', interpreter, 'standard_tests', '-m', 'image_tests'],
      ...['--connector-image', name, '--read-from-streams', 'all'],
    ],
  },
  'pyairbyte-duckdb': {
    needs: [python],
    command: (interpreter) => ['e2e/python.mjs', interpreter, 'pyairbyte'],
  },
  'pyairbyte-postgres': {
    needs: [python, postgres],
    command: (interpreter, programs) => ['e2e/python.mjs', interpreter, 'pyairbyte', '--postgres', programs],
  },
  'pyairbyte-image': {
    needs: [python, image],
    command: (interpreter, name) => ['e2e/python.mjs', interpreter, 'pyairbyte', '--connector-image', name],
  },
};

const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(PARTS);
const unknown = wanted.filter((name) => !Object.hasOwn(PARTS, name));
if (unknown.length > 0) {
  process.stderr.write(`No part ${unknown.join(', ')}. usage: node e2e/run.mjs [${Object.keys(PARTS).join('|')}]…\n`);
  process.exit(2);
}

const outcomes = [];
for (const name of wanted) {
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

/** A part that ends badly without a failed check, or without any check or count, counts as one more failure. */
async function run(args) {
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output += text;
    process.stdout.write(text);
  });
  const [code, signal] = await once(child, 'close');
  const closing = output.trimEnd().split('\n').at(-1);
  const counts = /^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/.exec(closing);
  const [passed, failed, skipped] = counts === null ? [0, 0, 0] : counts.slice(1).map((count) => Number(count ?? 0));
  const isSound = code === 0 ? passed > 0 : failed > 0;
  if (isSound) return { passed, failed, skipped, text: closing };
  return { passed, failed: failed + 1, skipped, text: `${closing}; ended with ${signal ?? `exit ${code}`}` };
}

function print(text) {
  process.stdout.write(`${text}\n`);
}
