/**
 * The demo as a process:
 *
 *     node dist/demo/main.js [folder]
 *
 * What it writes goes to the folder; without one to demo-output/.
 */
import { constants } from 'node:os';
import { Failure } from './failure.ts';
import { Screen } from './show.ts';
import { tell } from './story.ts';

const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, () => stop.abort(name));
// Whoever read the text has gone.
process.stdout.on('error', () => stop.abort('SIGPIPE'));
const screen = new Screen(process.stdout, process.env);

try {
  await tell(process.argv[2] ?? 'demo-output', screen, stop.signal);
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
