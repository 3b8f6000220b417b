/** Entry point of `npm run query`: runs SQL on a DuckDB file, for users without another client. */
import { text } from 'node:stream/consumers';
import { readCommandLine } from '#command-line';
import { Failure } from './failure.ts';
import { COMMAND, taskOf } from './query/arguments.ts';
import { ask, requireFile } from './query/ask.ts';
import { formatted } from './query/formats.ts';

/** Width of the output if it is not a terminal. */
const USUAL_WIDTH = 100;

// The reader of stdout has exited, as `head` does.
process.stdout.on('error', () => {});

const task = readCommandLine(COMMAND, (given) => taskOf(given, process.stdin.isTTY));
try {
  await requireFile(task.file, task.isFileGiven);
  const answers = await ask(task.file, task.sql ?? (await text(process.stdin)));
  process.stdout.write(formatted(answers, task.format, process.stdout.columns ?? USUAL_WIDTH));
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  process.exitCode = 1;
  process.stderr.write(`${error.message}\n`);
}
