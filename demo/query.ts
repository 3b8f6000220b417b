/** Entry point of `npm run query`: runs SQL on a DuckDB file, for users without another client. */
import { text } from 'node:stream/consumers';
import { readCommandLine, WrongUsage } from '#command-line';
import { Failure } from './failure.ts';
import { COMMAND, type Task, taskOf } from './query/arguments.ts';
import { ask, requireFile } from './query/ask.ts';
import { formatted } from './query/formats.ts';

/** Width of the output if it is not a terminal. */
const USUAL_WIDTH = 100;

// The reader of stdout has exited, as `head` does.
process.stdout.on('error', () => {});

try {
  process.stdout.write(await answerTo(taskOf(readCommandLine(COMMAND))));
} catch (error) {
  const isUsage = error instanceof WrongUsage;
  process.exitCode = isUsage ? 2 : 1;
  if (!isUsage && !(error instanceof Failure)) throw error;
  process.stderr.write(isUsage ? `${error.message}\n${COMMAND.usage}\n` : `${error.message}\n`);
}

async function answerTo({ file, isFileGiven, format, ...given }: Task): Promise<string> {
  await requireFile(file, isFileGiven);
  if (given.sql === undefined && process.stdin.isTTY) throw new WrongUsage('No SQL is given.');
  const sql = given.sql ?? (await text(process.stdin));
  return formatted(await ask(file, sql), format, process.stdout.columns ?? USUAL_WIDTH);
}
