/**
 * Shows that the simulation and the property tests of the page walk catch what they are there for: each row breaks the
 * connector in one place, in a copy of the project, and one of them must fail. Usage: npm run test:mutations [-- NAME …]
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const COPIED = ['src', 'unit_tests', 'mock-api', 'schemas', 'spec.json', 'package.json', 'jest.config.js'];

const MUTATIONS = [
  {
    name: 'cursor not clipped',
    file: 'src/cdk/changes/changes.ts',
    from: 'Math.min(newest, bound)',
    to: 'newest',
  },
  {
    name: 'state before records',
    file: 'src/cdk/changes/changes.ts',
    from: 'yield { rows };\n    if (mark !== undefined && pages % PAGES_PER_CHECKPOINT === 0) yield inBetween({ mark });',
    to: 'if (mark !== undefined && pages % PAGES_PER_CHECKPOINT === 0) yield inBetween({ mark });\n    yield { rows };',
  },
  {
    name: 'page walk without overlap',
    file: 'src/cdk/lists/orderly-reading.ts',
    from: 'windowFrom(this.proving ? end - 1 : end, this.list.perPage)',
    to: 'windowFrom(end, this.list.perPage)',
    and: { from: 'if (!isJoined || ', to: 'if ((!isJoined && first === undefined) || ' },
  },
  {
    name: 'doubt ignored',
    file: 'src/cdk/lists/orderly-reading.ts',
    from: 'if (this.isDoubtful(page, keys, window)) return this.restart();',
    to: '',
  },
  {
    name: 'Page-Count alone ends a list',
    file: 'src/cdk/lists/list-counts.ts',
    from: 'return agree && this.isTotalOnEach && this.isEachFull && this.received === total && this.distinct === total;',
    to: 'return agree || this.number >= pages;',
  },
  {
    name: 'an empty page always ends a list',
    file: 'src/cdk/lists/sweep.ts',
    from: 'else if (!this.mayHaveRows(number, reason, page)) this.end();',
    to: 'else if (this.mayHaveRows(number, reason, page) || true) this.end();',
  },
  {
    name: 'tombstone applied to a living row',
    file: 'src/cdk/changes/changes.ts',
    from: 'if (deletions.size > 0) for',
    to: 'if (deletions.size < 0) for',
  },
  {
    name: 'deletions not asked for again',
    file: 'src/cdk/changes/changes.ts',
    from: 'deletions: isFollowed ? latest(known.deletions, bound) : known.deletions,',
    to: 'deletions: isFollowed ? latest(known.deletions, bound + VISIBLE_AFTER) : known.deletions,',
  },
  {
    name: 'beginning of a first read not written',
    file: 'src/cdk/changes/changes.ts',
    from: 'if (known.modified === undefined && earlier === undefined) yield inBetween({});',
    to: '',
  },
];

const wanted = process.argv.slice(2);
const survived = MUTATIONS.filter(({ name }) => wanted.length === 0 || wanted.includes(name)).filter(survives);
process.stdout.write(survived.length === 0 ? 'Every mutation was caught.\n' : `${survived.length} survived.\n`);
process.exitCode = survived.length === 0 ? 0 : 1;

function survives({ name, file, from, to, and }) {
  const copy = mkdtempSync(join(tmpdir(), 'source-float-mutation-'));
  try {
    for (const path of COPIED) cpSync(join(ROOT, path), join(copy, path), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
    let source = readFileSync(join(copy, file), 'utf8');
    for (const edit of [{ from, to }, ...(and ? [and] : [])]) {
      if (!source.includes(edit.from)) throw new Error(`${name}: ${file} does not hold «${edit.from}» any more.`);
      source = source.replace(edit.from, edit.to);
    }
    writeFileSync(join(copy, file), source);
    const env = { SIMULATION_RUNS: '3000', SIMULATION_SEED: '1', WALK_RUNS: '5000', WALK_SEED: '1', ...process.env };
    const args = [
      'run',
      '--silent',
      'jest',
      '--',
      'unit_tests/simulation',
      'unit_tests/cdk/lists',
      'unit_tests/lying-servers',
    ];
    const { status, stderr } = spawnSync('npm', args, { cwd: copy, env, encoding: 'utf8' });
    const after = /failed after (\d+) tests/.exec(stderr)?.[1];
    process.stdout.write(`${status === 0 ? 'SURVIVED' : `caught after ${after ?? '?'} histories`}: ${name}\n`);
    return status === 0;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}
