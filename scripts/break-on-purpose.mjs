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
const COPIED = ['src', 'unit_tests', 'mock-api', 'schemas', 'spec.json', 'package.json', 'jest.config.js'];

/** The tests of which one must fail, in the order in which they run: for a mutation, or for all others below a path. */
const CHANGES = ['unit_tests/simulation', 'unit_tests/cdk/changes'];
const FAULTY_PAGES = ['unit_tests/faulty-pages', 'unit_tests/cdk/lists'];
const TESTS = {
  'repeated rows count as missing ones': FAULTY_PAGES,
  'page 1 not requested again although rows are missing': FAULTY_PAGES,
  'one reading decides about the deletions in the log': [...FAULTY_PAGES, ...CHANGES],
  'src/cdk/changes/': CHANGES,
  'src/cdk/lists/expansions.ts': ['unit_tests/cdk/lists/expansions'],
  'src/cdk/lists/': ['unit_tests/simulation', 'unit_tests/cdk/lists', 'unit_tests/lying-servers'],
};

/** File → name of the mutation → edits, as pairs of the original and the changed code. */
const MUTATIONS = {
  'src/cdk/lists/orderly-reading.ts': {
    'page walk without overlap': [
      ['windowFrom(this.proving ? end - 1 : end, this.list.perPage)', 'windowFrom(end, this.list.perPage)'],
      ['else if (!isJoined || isBeyondEnd)', 'else if ((!isJoined && first === undefined) || isBeyondEnd)'],
    ],
    'doubt ignored': [['if (this.isDoubtful(page, keys, window)) this.restart();\n    else if', 'if']],
  },
  'src/cdk/lists/list-counts.ts': {
    'Page-Count alone ends a list': [
      [
        'return agree && this.isTotalOnEach && this.isEachFull && this.received === total && this.distinct === total;',
        'return agree || this.number >= pages;',
      ],
    ],
  },
  'src/cdk/lists/sweep.ts': {
    'an empty page always ends a list': [
      [
        'else if (!this.mayHaveRows(number, reason, page)) this.end();',
        'else if (this.mayHaveRows(number, reason, page) || true) this.end();',
      ],
    ],
    'repeated rows count as missing ones': [['if (promised > distinct) ', 'if (promised > this.counts.received) ']],
  },
  'src/cdk/lists/expansions.ts': {
    'the only expansion that is accepted is lost': [['return first ?? none;', 'return none;']],
    'accepted expansions hold for one page': [['    this.settled = accepted;\n', '']],
    'a server error refuses expansions': [['return status === 400 ||', 'return status === 503 || status === 400 ||']],
    'a missing page refuses expansions': [
      ['      const { accepted } = await settle(expansions, askFirst);\n', '      const accepted = [];\n'],
    ],
  },
  'src/cdk/changes/cursor.ts': {
    'cursor not capped': [['Math.min(settled, startedAt - VISIBLE_AFTER)', 'settled']],
    'two minutes not subtracted from a recent timestamp': [
      ['settledBefore(newest - VISIBLE_AFTER,', 'settledBefore(newest,'],
    ],
    'duration of the read not subtracted': [
      ['Math.max(stamp - duration, Math.min(stamp, startedAt - RECENT_MS))', 'stamp'],
    ],
  },
  'src/cdk/changes/changes.ts': {
    'state before records': [
      ['    yield { rows };\n    progress.delivered(part);\n', '    progress.delivered(part);\n'],
      ['    }\n  }\n  return progress.completed', '    }\n    yield { rows };\n  }\n  return progress.completed'],
    ],
    'start of a first read not written': [['mustName || isBeginning || ', 'mustName || ']],
    'rows with future timestamps emitted before their STATE': [[' || progress.newestRow > progress.coveredUntil', '']],
    'checkpoint although rows may be missing': [[' && !progress.mayMissRows && pages', ' && pages']],
    'interrupted read continued although it requested other rows': [
      ['return Date.parse(readInProgress.since) <= needed ? readInProgress : undefined;', 'return readInProgress;'],
    ],
    'cursor moves although rows may be missing': [
      ['pass.mayMissRows ? state.modified : nextCursor(state.modified, pass)', 'nextCursor(state.modified, pass)'],
    ],
    'rows not requested since the oldest pending deletion': [
      ['earlierOf(state.modified ?? startDate, follower.rowsNeededSince)', 'state.modified ?? startDate'],
      ['import { earlierOf, laterOf,', 'import { laterOf,'],
    ],
    'tombstone older than an earlier attempt': [
      ['const began = clocks?.earlier ?? pass.startedAt;', 'const began = pass.startedAt;'],
    ],
    'keys written only after their rows': [['mustName || isBeginning || ', 'isBeginning || ']],
    'keys forgotten before their tombstones are emitted': [
      [
        '  yield* tombstones(reader.nativeKey, deleted, Math.max(began, toTime(state.newestRow) ?? began));\n  const deletions = follower.stateAfter(began, mayMissRows);\n',
        '  const deletions = follower.stateAfter(began, mayMissRows);\n  yield { state: formatChangeState({ ...state, ...deletions, readInProgress: undefined }) };\n  yield* tombstones(reader.nativeKey, deleted, Math.max(began, toTime(state.newestRow) ?? began));\n',
      ],
    ],
  },
  'src/cdk/changes/tombstones.ts': {
    'tombstone older than its row': [['Math.max(time, earliest)', 'time']],
    'tombstone as old as its row': [
      ['toTimestamp(Math.max(time, earliest))', 'toTimestamp(Math.min(time, earliest) - 86_400_000)'],
    ],
  },
  'src/cdk/changes/log-follower.ts': {
    'tombstone for an existing row': [['if (open !== undefined) open.rowCame = true;', '']],
    'log position without the hour': [
      ['const newPosition = startedAt - CLOCKS_DIFFER_BY_MS;', 'const newPosition = startedAt;'],
    ],
    'log position moves although the log did not end': [
      ['log.stoppedBecause === undefined && !mayMissRows', '!mayMissRows'],
    ],
    'log position moves although rows may be missing': [
      ['log.stoppedBecause === undefined && !mayMissRows', 'log.stoppedBecause === undefined'],
    ],
    'entries handled twice': [[' && !met.has(deletionId(deletion))', '']],
    'first read does not remember the deletions in the log': [['this.handled = [...this.log.deletions];', '']],
    'log position written before the tombstones': [
      [
        'if (position !== undefined) return { ...pick(known), deletionsSince: toTimestamp(position) };',
        'if (position !== undefined) return this.stateAfter(startedAt, false);',
      ],
    ],
    'pending entries forgotten': [['.filter((open) => open.rowCame || open.wasPending)', '.filter(() => false)']],
    'one reading decides about the deletions in the log': [
      [
        'reading.mayMissRows || reading.isAsCounted ? undefined : await this.readAgain(reading)',
        'reading.mayMissRows ? await this.readAgain(reading) : undefined',
      ],
    ],
    'missing rows treated as deleted': [['if (!wasPending && !mayMissRows && isAsCounted)', 'if (!wasPending)']],
  },
  'src/cdk/lists/page-walk.ts': {
    'page 1 not requested again although rows are missing': [
      ['if (isOrderly && walk.resume === undefined && parts.lacksRows)', 'if (walk.perPage === 0)'],
    ],
  },
  'src/cdk/changes/key-follower.ts': {
    'tombstones from an unfinished reading': [
      [
        'if (!isWhole) return unanswered({ isDecided: false, isPostponed: true, offersSingleRows });',
        'if (!isWhole) return { ...unanswered({ offersSingleRows }), gone: lacking };',
      ],
      ['if (!(error instanceof UnsettledList)) throw error;', ''],
    ],
    'Total-Count requested before the changed rows': [
      [
        'async begin(): Promise<undefined> {\n    return undefined;',
        'async begin(): Promise<undefined> {\n    this.early = await this.source.count();\n    return undefined;',
      ],
      ['(await this.source.count()) ??', 'this.early ??'],
    ],
  },
  'src/cdk/changes/missing-rows.ts': {
    'tombstones for rows that were not requested': [
      ["if (answer === 'gone') gone.push(key);", "if (answer === 'gone' || answer === undefined) gone.push(key);"],
    ],
    'an empty list is trusted': [
      [
        'await (learned === true\n      ? askOfEmptyList(list, keys, lastKeyAsked)\n      : readAgain(list, missing, state));',
        '{ ...unanswered({ offersSingleRows: learned }), gone: keys };',
      ],
    ],
  },
  'src/cdk/changes/key-comparison.ts': {
    'an empty list that a second reading repeats is trusted': [['return read > 0 && ', 'return ']],
  },
  'src/cdk/changes/usable-state.ts': {
    'cursor of the future used': [['if (laterThan(now()).length === 0) return [];', 'return [];']],
  },
};

const ALL = Object.entries(MUTATIONS).flatMap(([file, mutations]) =>
  Object.entries(mutations).map(([name, edits]) => ({ name, file, edits })),
);

const { positionals: wanted } = readCommandLine({
  usage: 'usage: npm run test:mutations [-- NAME …]',
  help: `Breaks a copy of the connector in one place after another. A test must fail each time. Names:
${ALL.map(({ name }) => `  '${name}'`).join('\n')}`,
  names: ALL.map(({ name }) => name),
});
const chosen = ALL.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
print('| mutation | noticed by |\n| --- | --- |');
const unnoticed = chosen.filter((mutation) => {
  const by = noticedBy(mutation);
  print(`| ${mutation.name} | ${by ?? '**nothing**'} |`);
  return by === undefined;
});
print(`\n${chosen.length - unnoticed.length} of ${chosen.length} mutations were noticed.`);
process.exitCode = unnoticed.length === 0 ? 0 : 1;

/** The first test that fails for a mutation, with its number of random cases until then. Undefined if none fails. */
function noticedBy({ name, file, edits }) {
  const copy = mkdtempSync(join(tmpdir(), 'source-float-mutation-'));
  try {
    for (const path of COPIED) cpSync(join(ROOT, path), join(copy, path), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
    let source = readFileSync(join(copy, file), 'utf8');
    for (const [from, to] of edits) {
      if (!source.includes(from))
        throw new Error(`${name}: ${file} no longer contains «${from}». Update the mutation.`);
      source = source.replace(from, to);
    }
    writeFileSync(join(copy, file), source);
    // The same random cases as in `npm test`, and more.
    const more = { SIMULATION_RUNS: '3000', WALK_RUNS: '5000', LYING_SERVERS: '1000', SECOND_SERVERS: '1000' };
    const env = { ...more, ...process.env };
    const [, tests] = Object.entries(TESTS).find(([key]) => key === name || file.startsWith(key));
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
