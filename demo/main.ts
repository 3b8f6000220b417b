/**
 * Entry point of the demo, `node dist/demo/main.js`: two syncs of a made-up company, or a sync of a real account
 * (see arguments.ts).
 */
import { constants } from 'node:os';
import { readCommandLine } from '#command-line';
import { COMMAND, taskOf } from './arguments.ts';
import { Failure } from './failure.ts';
import { Screen } from './show.ts';

const task = readCommandLine(COMMAND, taskOf);
const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, () => stop.abort(name));
// The reader of stdout has exited.
process.stdout.on('error', () => stop.abort('SIGPIPE'));
const screen = new Screen(process.stdout, process.env);

try {
  // Loaded when needed: wrong arguments are reported at once, without DuckDB.
  if (task.kind === 'story') {
    const { runStory } = await import('./story.ts');
    await runStory(task.folder, screen, stop.signal);
  } else {
    const { syncAccount } = await import('./account.ts');
    if (!(await syncAccount(task.account, task.folder, screen, stop.signal))) process.exitCode = 1;
  }
} catch (error) {
  screen.settle();
  if (stop.signal.aborted) {
    process.exitCode = 128 + constants.signals[stop.signal.reason as NodeJS.Signals];
  } else {
    process.exitCode = 1;
    process.stderr.write(`\n${textOf(error)}\n`);
  }
}

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isOfTheSystem = 'code' in error;
  return error instanceof Failure || isOfTheSystem ? error.message : String(error.stack);
}
