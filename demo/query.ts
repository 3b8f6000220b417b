/** Entry point of `npm run query`: runs SQL on a DuckDB file, for users without another client. */
import { text } from 'node:stream/consumers';
import { WrongUsage } from './arguments.ts';
import { Failure } from './failure.ts';
import { HELP, parseArguments, USAGE, type Wish } from './query/arguments.ts';
import { ask, requireFile } from './query/ask.ts';
import { formatted } from './query/formats.ts';

/** Width of the output if it is not a terminal. */
const USUAL_WIDTH = 100;

// The reader of stdout has exited, as `head` does.
process.stdout.on('error', () => {});

try {
  process.stdout.write(await answerTo(parseArguments(process.argv.slice(2), process.env)));
} catch (error) {
  const isUsage = error instanceof WrongUsage;
  process.exitCode = isUsage ? 2 : 1;
  if (!isUsage && !(error instanceof Failure)) throw error;
  process.stderr.write(isUsage ? `${error.message}\n${USAGE}\n` : `${error.message}\n`);
}

async function answerTo(wish: Wish): Promise<string> {
  if (wish.kind === 'help') return HELP;
  const { file, isFileGiven, format } = wish;
  await requireFile(file, isFileGiven);
  if (wish.sql === undefined && process.stdin.isTTY) throw new WrongUsage('no SQL was given');
  const sql = wish.sql ?? (await text(process.stdin));
  return formatted(await ask(file, sql), format, process.stdout.columns ?? USUAL_WIDTH);
}
