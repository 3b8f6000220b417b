/** The built connector with the clock that CLOCK describes: its time-outs, back-off and quota windows take no real minutes. */
import { run } from '../../dist/src/cdk/index.js';
import { floatSource } from '../../dist/src/float/source.js';
import { fastClock } from './fast-clock.mjs';

const { argv, stdout, stderr, env } = process;
const clock = fastClock(JSON.parse(env.CLOCK ?? ''));
process.exitCode = await run(floatSource, { argv: argv.slice(2), stdout, stderr, env, clock });
