/**
 * The built connector with a clock of its own, so that its time-outs, back-off and quota windows take no real minutes:
 * the clock stood at `start` at the real moment `since` and has run `speed` times as fast ever after.
 */
import { run, systemClock } from '../../dist/src/cdk/index.js';
import { floatSource } from '../../dist/src/float/source.js';

const { speed, start, since } = JSON.parse(process.env.CLOCK ?? '');
const clock = {
  now: () => start + (Date.now() - since) * speed,
  sleep: (ms, signal) => systemClock.sleep(ms / speed, signal),
};

const { argv, stdout, stderr, env } = process;
process.exitCode = await run(floatSource, { argv: argv.slice(2), stdout, stderr, env, clock });
