import { setMaxListeners } from 'node:events';
import { constants } from 'node:os';
import type { Writable } from 'node:stream';
import { help, parseCommand, usage } from './args.ts';
import { type Clock, systemClock } from './clock.ts';
import { asConnectorError } from './errors.ts';
import { Output, ReaderGone } from './output.ts';
import { Reporter } from './reporter.ts';
import type { Source, SourceContext } from './source.ts';
import { programmingError, requireSpecification } from './source-faults.ts';
import type { VerbContext } from './verb-context.ts';
import type { VerbCommand } from './verbs.ts';

/** The environment of a run: that of the process or, in tests, a replacement. */
export interface ProcessIO {
  argv: readonly string[];
  stdout: Writable;
  stderr: Writable;
  env: Record<string, string | undefined>;
  clock: Clock;
}

/**
 * Runs one verb of a source. Resolves to the exit code when all output is written:
 * 0 success, 1 something failed, 2 wrong usage. A check that has answered is a success, even if the answer is FAILED.
 */
export async function run<Config>(source: Source<Config>, io: ProcessIO): Promise<number> {
  const { name, version } = source;
  const command = parseCommand(io.argv);
  switch (command.kind) {
    case 'help':
      return print(io.stdout, help(name, version), 0);
    case 'version':
      return print(io.stdout, `${name} ${version}\n`, 0);
    case 'wrong usage':
      return print(io.stderr, `${name}: ${command.problem}\n${usage(name)}`, 2);
    case 'verb':
      return runVerb(source, command, io);
  }
}

/** Runs a source as this process. Sets `process.exitCode`; Node exits once stdout is drained. */
export async function launch<Config>(source: Source<Config>): Promise<void> {
  const { argv, stdout, stderr, env } = process;
  if (process.pid === 1) endBySignals();
  process.exitCode = await run(source, { argv: argv.slice(2), stdout, stderr, env, clock: systemClock });
  // A hanging DNS lookup cannot be aborted and would keep the process alive, for 30 seconds with some resolvers.
  setTimeout(() => process.exit(), 500).unref();
}

/**
 * The first process of a container (PID 1) ignores signals without a handler, so a stopped sync would keep sending requests.
 * Any other process is ended by the signal itself, as the sender expects.
 */
function endBySignals(): void {
  const { SIGINT, SIGTERM } = constants.signals;
  process.once('SIGINT', () => process.exit(128 + SIGINT)).once('SIGTERM', () => process.exit(128 + SIGTERM));
}

function print(to: Writable, text: string, exitCode: number): Promise<number> {
  return new Promise((resolve) => to.write(text, () => resolve(exitCode)));
}

async function runVerb<Config>(source: Source<Config>, command: VerbCommand, io: ProcessIO): Promise<number> {
  const { clock, stdout, stderr, env } = io;
  const ended = new AbortController();
  // Every request and every wait adds a listener, so Node's warning about many listeners is switched off.
  setMaxListeners(0, ended.signal);
  const output = new Output(stdout, {
    debug: command.debug || env.LOG_LEVEL?.toLowerCase() === 'debug',
    onGone: (reason) => ended.abort(reason),
  });
  const reporter = new Reporter(output, clock.now);
  const failed = new Promise<never>((_, reject) => {
    ended.signal.addEventListener('abort', () => reject(ended.signal.reason), { once: true });
  });
  const giveUp = (thrown: unknown): void => ended.abort(thrown);
  // Node exits when no events are left, even if promises are pending. Without this, a sync would end without its last messages.
  const stuck = (): void => giveUp(programmingError('it waits for a promise that can never settle'));
  process.once('uncaughtException', giveUp).once('unhandledRejection', giveUp).once('beforeExit', stuck);
  const context: SourceContext = {
    clock,
    signal: ended.signal,
    log: (level, message) => void output.log(level, message).catch(giveUp),
    mask: (text) => output.mask(text),
    rateLimited: (quotaResetMs, streams) => void reporter.rateLimited(quotaResetMs, streams).catch(giveUp),
  };
  try {
    return await Promise.race([execute(source, command, { output, reporter, context }), failed]);
  } catch (thrown) {
    ended.abort(thrown);
    // The platform cancels by closing its end of the pipe. That is not an error, but a full disk is one.
    if (thrown instanceof ReaderGone)
      return thrown.closed ? 1 : print(stderr, `${source.name}: ${thrown.message}\n`, 1);
    await reporter.error(asConnectorError(thrown));
    await reporter.endHeldBack();
    return 1;
  } finally {
    process.off('uncaughtException', giveUp).off('unhandledRejection', giveUp).off('beforeExit', stuck);
    await output.flush();
  }
}

async function execute<Config>(
  source: Source<Config>,
  command: VerbCommand,
  verbContext: VerbContext,
): Promise<number> {
  const specification = await source.specification();
  requireSpecification(specification);
  if (command.verb === 'spec') {
    await verbContext.output.message({ type: 'SPEC', spec: specification });
    return 0;
  }
  // Loaded on demand, because loading it takes longer than all of `spec`.
  const { executeWithConfig } = await import('./verbs.ts');
  return executeWithConfig(source, specification, command, verbContext);
}
