/**
 * Mutation tests for the simulation, the change reader and the page walk. Each mutation breaks one place in a copy of the project,
 * and at least one test must fail.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readCommandLine } from './command-line.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** The tests that must fail, in the order in which they run. */
const CHANGES = ['unit_tests/simulation', 'unit_tests/cdk/changes'];
const LISTS = ['unit_tests/simulation', 'unit_tests/cdk/lists', 'unit_tests/lying-servers'];
const EXPANSIONS = ['unit_tests/cdk/lists/expansions'];
const FAULTY_PAGES = ['unit_tests/faulty-pages', 'unit_tests/cdk/lists'];

const COPIED = ['src', 'unit_tests', 'mock-api', 'schemas', 'spec.json', 'package.json', 'jest.config.js'];

const MUTATIONS = [
  {
    name: 'page walk without overlap',
    file: 'src/cdk/lists/orderly-reading.ts',
    from: 'windowFrom(this.proving ? end - 1 : end, this.list.perPage)',
    to: 'windowFrom(end, this.list.perPage)',
    and: {
      from: 'else if (!isJoined || isBeyondEnd)',
      to: 'else if ((!isJoined && first === undefined) || isBeyondEnd)',
    },
  },
  {
    name: 'doubt ignored',
    file: 'src/cdk/lists/orderly-reading.ts',
    from: 'if (this.isDoubtful(page, keys, window)) this.restart();\n    else if',
    to: 'if',
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
    name: 'the only expansion that is accepted is lost',
    file: 'src/cdk/lists/expansions.ts',
    from: 'return first ?? none;',
    to: 'return none;',
    tests: EXPANSIONS,
  },
  {
    name: 'accepted expansions hold for one page',
    file: 'src/cdk/lists/expansions.ts',
    from: '    this.settled = accepted;\n',
    to: '',
    tests: EXPANSIONS,
  },
  {
    name: 'a server error refuses expansions',
    file: 'src/cdk/lists/expansions.ts',
    from: 'return status === 400 ||',
    to: 'return status === 503 || status === 400 ||',
    tests: EXPANSIONS,
  },
  {
    name: 'a missing page refuses expansions',
    file: 'src/cdk/lists/expansions.ts',
    from: '      const { accepted } = await settle(expansions, askFirst);\n',
    to: '      const accepted = [];\n',
    tests: EXPANSIONS,
  },
  {
    name: 'cursor not capped',
    file: 'src/cdk/changes/cursor.ts',
    from: 'Math.min(settled, startedAt - VISIBLE_AFTER)',
    to: 'settled',
    tests: CHANGES,
  },
  {
    name: 'no two minutes taken off a recent stamp',
    file: 'src/cdk/changes/cursor.ts',
    from: 'settledBefore(newest - VISIBLE_AFTER,',
    to: 'settledBefore(newest,',
    tests: CHANGES,
  },
  {
    name: 'duration of the read not taken off',
    file: 'src/cdk/changes/cursor.ts',
    from: 'Math.max(stamp - duration, Math.min(stamp, startedAt - RECENT_MS))',
    to: 'stamp',
    tests: CHANGES,
  },
  {
    name: 'state before records',
    file: 'src/cdk/changes/changes.ts',
    from: '    yield { rows };\n    progress.delivered(part);\n',
    to: '    progress.delivered(part);\n',
    and: {
      from: '    }\n  }\n  return progress.completed',
      to: '    }\n    yield { rows };\n  }\n  return progress.completed',
    },
    tests: CHANGES,
  },
  {
    name: 'beginning of a first read not written',
    file: 'src/cdk/changes/changes.ts',
    from: 'mustName || isBeginning || ',
    to: 'mustName || ',
    tests: CHANGES,
  },
  {
    name: 'rows of the future leave before their STATE',
    file: 'src/cdk/changes/changes.ts',
    from: ' || progress.newestRow > progress.coveredUntil',
    to: '',
    tests: CHANGES,
  },
  {
    name: 'checkpoint though rows may be missing',
    file: 'src/cdk/changes/changes.ts',
    from: ' && !progress.mayMissRows && pages',
    to: ' && pages',
    tests: CHANGES,
  },
  {
    name: 'interrupted read continued whatever it asked for',
    file: 'src/cdk/changes/changes.ts',
    from: 'return Date.parse(readInProgress.since) <= needed ? readInProgress : undefined;',
    to: 'return readInProgress;',
    tests: CHANGES,
  },
  {
    name: 'cursor moves though rows may be missing',
    file: 'src/cdk/changes/changes.ts',
    from: 'pass.mayMissRows ? state.modified : nextCursor(state.modified, pass)',
    to: 'nextCursor(state.modified, pass)',
    tests: CHANGES,
  },
  {
    name: 'rows not asked for since the oldest open entry',
    file: 'src/cdk/changes/changes.ts',
    from: 'earlierOf(state.modified ?? startDate, follower.rowsNeededSince)',
    to: 'state.modified ?? startDate',
    and: { from: 'import { earlierOf, laterOf,', to: 'import { laterOf,' },
    tests: CHANGES,
  },
  {
    name: 'tombstone outdone by its row',
    file: 'src/cdk/changes/tombstones.ts',
    from: 'Math.max(time, earliest)',
    to: 'time',
    tests: CHANGES,
  },
  {
    name: 'tombstone stamped as the first attempt began',
    file: 'src/cdk/changes/changes.ts',
    from: 'const began = clocks?.earlier ?? pass.startedAt;',
    to: 'const began = pass.startedAt;',
    tests: CHANGES,
  },
  {
    name: 'tombstone applied to a living row',
    file: 'src/cdk/changes/log-follower.ts',
    from: 'if (open !== undefined) open.rowCame = true;',
    to: '',
    tests: CHANGES,
  },
  {
    name: 'log position without the hour',
    file: 'src/cdk/changes/log-follower.ts',
    from: 'const newPosition = startedAt - CLOCKS_DIFFER_BY_MS;',
    to: 'const newPosition = startedAt;',
    tests: CHANGES,
  },
  {
    name: 'log position moves though the log did not end',
    file: 'src/cdk/changes/log-follower.ts',
    from: 'log.stoppedBecause === undefined && !mayMissRows',
    to: '!mayMissRows',
    tests: CHANGES,
  },
  {
    name: 'log position moves though rows may be missing',
    file: 'src/cdk/changes/log-follower.ts',
    from: 'log.stoppedBecause === undefined && !mayMissRows',
    to: 'log.stoppedBecause === undefined',
    tests: CHANGES,
  },
  {
    name: 'entries handled twice',
    file: 'src/cdk/changes/log-follower.ts',
    from: ' && !met.has(deletionId(deletion))',
    to: '',
    tests: CHANGES,
  },
  {
    name: 'first read does not learn',
    file: 'src/cdk/changes/log-follower.ts',
    from: 'this.handled = [...this.log.deletions];',
    to: '',
    tests: CHANGES,
  },
  {
    name: 'marks written before tombstones',
    file: 'src/cdk/changes/log-follower.ts',
    from: 'if (position !== undefined) return { ...pick(known), deletionsSince: toTimestamp(position) };',
    to: 'if (position !== undefined) return this.stateAfter(startedAt, false);',
    tests: CHANGES,
  },
  {
    name: 'pending entries forgotten',
    file: 'src/cdk/changes/log-follower.ts',
    from: '.filter((open) => open.rowCame || open.wasPending)',
    to: '.filter(() => false)',
    tests: CHANGES,
  },
  {
    name: 'repeated rows stand in for missing ones',
    file: 'src/cdk/lists/sweep.ts',
    from: 'if (promised > distinct) ',
    to: 'if (promised > this.counts.received) ',
    tests: FAULTY_PAGES,
  },
  {
    name: 'page 1 not asked for again though rows are missing',
    file: 'src/cdk/lists/page-walk.ts',
    from: 'if (isOrderly && walk.resume === undefined && parts.lacksRows)',
    to: 'if (walk.perPage === 0)',
    tests: FAULTY_PAGES,
  },
  {
    name: 'deletions of the log decided by one reading',
    file: 'src/cdk/changes/log-follower.ts',
    from: 'reading.mayMissRows || reading.isAsCounted ? undefined : await this.readAgain(reading)',
    to: 'reading.mayMissRows ? await this.readAgain(reading) : undefined',
    tests: [...FAULTY_PAGES, ...CHANGES],
  },
  {
    name: 'missing rows taken for deleted',
    file: 'src/cdk/changes/log-follower.ts',
    from: 'if (!wasPending && !mayMissRows && isAsCounted)',
    to: 'if (!wasPending)',
    tests: CHANGES,
  },
  {
    name: 'tombstones from an unfinished reading',
    file: 'src/cdk/changes/key-follower.ts',
    from: 'if (!isWhole) return unanswered({ isDecided: false, isPostponed: true, offersSingleRows });',
    to: 'if (!isWhole) return { ...unanswered({ offersSingleRows }), gone: lacking };',
    and: { from: 'if (!(error instanceof UnsettledList)) throw error;', to: '' },
    tests: CHANGES,
  },
  {
    name: 'tombstones without a question',
    file: 'src/cdk/changes/missing-rows.ts',
    from: "if (answer === 'gone') gone.push(key);",
    to: "if (answer === 'gone' || answer === undefined) gone.push(key);",
    tests: CHANGES,
  },
  {
    name: 'keys written only after their rows',
    file: 'src/cdk/changes/changes.ts',
    from: 'mustName || isBeginning || ',
    to: 'isBeginning || ',
    tests: CHANGES,
  },
  {
    name: 'keys forgotten before their tombstones left',
    file: 'src/cdk/changes/changes.ts',
    from: '  yield* tombstones(reader.nativeKey, deleted, Math.max(began, toTime(state.newestRow) ?? began));\n  const deletions = follower.stateAfter(began, mayMissRows);\n',
    to: '  const deletions = follower.stateAfter(began, mayMissRows);\n  yield { state: formatChangeState({ ...state, ...deletions, readInProgress: undefined }) };\n  yield* tombstones(reader.nativeKey, deleted, Math.max(began, toTime(state.newestRow) ?? began));\n',
    tests: CHANGES,
  },
  {
    name: 'Total-Count asked before the changed rows',
    file: 'src/cdk/changes/key-follower.ts',
    from: 'async begin(): Promise<undefined> {\n    return undefined;',
    to: 'async begin(): Promise<undefined> {\n    this.early = await this.source.count();\n    return undefined;',
    and: { from: '(await this.source.count()) ??', to: 'this.early ??' },
    tests: CHANGES,
  },
  {
    name: 'an empty list is trusted',
    file: 'src/cdk/changes/missing-rows.ts',
    from: 'await (learned === true\n      ? askOfEmptyList(list, keys, lastKeyAsked)\n      : readAgain(list, missing, state));',
    to: '{ ...unanswered({ offersSingleRows: learned }), gone: keys };',
    tests: CHANGES,
  },
  {
    name: 'an empty list that a second reading repeats is trusted',
    file: 'src/cdk/changes/key-comparison.ts',
    from: 'return read > 0 && ',
    to: 'return ',
    tests: CHANGES,
  },
  {
    name: 'tombstone as old as its row',
    file: 'src/cdk/changes/tombstones.ts',
    from: 'toTimestamp(Math.max(time, earliest))',
    to: 'toTimestamp(Math.min(time, earliest) - 86_400_000)',
    tests: CHANGES,
  },
  {
    name: 'cursor of the future used',
    file: 'src/cdk/changes/usable-state.ts',
    from: 'if (laterThan(now()).length === 0) return [];',
    to: 'return [];',
    tests: CHANGES,
  },
];

const { positionals: wanted } = readCommandLine({
  usage: 'usage: npm run test:mutations [-- NAME …]',
  help: `Breaks a copy of the connector in one place after another. A test must fail each time. Names:
${MUTATIONS.map(({ name }) => `  '${name}'`).join('\n')}`,
  names: MUTATIONS.map(({ name }) => name),
});
const chosen = MUTATIONS.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
print('| mutation | noticed by |\n| --- | --- |');
const unnoticed = chosen.filter((mutation) => {
  const by = noticedBy(mutation);
  print(`| ${mutation.name} | ${by ?? '**nothing**'} |`);
  return by === undefined;
});
print(`\n${chosen.length - unnoticed.length} of ${chosen.length} mutations were noticed.`);
process.exitCode = unnoticed.length === 0 ? 0 : 1;

/** The first test that fails for a mutation, with its number of random cases until then. Undefined if none fails. */
function noticedBy({ name, file, from, to, and, tests = LISTS }) {
  const copy = mkdtempSync(join(tmpdir(), 'source-float-mutation-'));
  try {
    for (const path of COPIED) cpSync(join(ROOT, path), join(copy, path), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
    let source = readFileSync(join(copy, file), 'utf8');
    for (const edit of [{ from, to }, ...(and ? [and] : [])]) {
      if (!source.includes(edit.from))
        throw new Error(`${name}: ${file} no longer contains «${edit.from}». Update the mutation.`);
      source = source.replace(edit.from, edit.to);
    }
    writeFileSync(join(copy, file), source);
    // The same random cases as in `npm test`, and more.
    const more = { SIMULATION_RUNS: '3000', WALK_RUNS: '5000', LYING_SERVERS: '1000', SECOND_SERVERS: '1000' };
    const env = { ...more, ...process.env };
    for (const path of tests) {
      const args = ['run', '--silent', 'jest', '--', path];
      const { status, stderr } = spawnSync('npm', args, { cwd: copy, env, encoding: 'utf8' });
      if (status === 0) continue;
      const test = /● (.*)/.exec(stderr)?.[1] ?? 'a test file that cannot run';
      const after = /failed after (\d+) tests/.exec(stderr)?.[1];
      return after === undefined ? test : `${test}, after ${after} random cases`;
    }
    return undefined;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

function print(text) {
  process.stdout.write(`${text}\n`);
}
