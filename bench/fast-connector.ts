/**
 * The connector with a clock that may run faster than real time, so that minutes of waiting for a quota take seconds.
 * usage: fast-connector.js VERB …, with CLOCK in the environment
 */
import { run, systemClock } from '../src/cdk/index.ts';
import { floatSource } from '../src/float/source.ts';
import { readClock } from './fast-clock.ts';

const { speed, now } = readClock(process.env.CLOCK ?? '');
const clock = {
  now,
  sleep: (ms: number, signal?: AbortSignal) => systemClock.sleep(ms / speed, signal),
};
const { argv, stdout, stderr, env } = process;
process.exitCode = await run(floatSource, { argv: argv.slice(2), stdout, stderr, env, clock });
