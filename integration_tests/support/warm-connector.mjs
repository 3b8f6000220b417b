/**
 * Runs the built connector again and again in one process, because starting Node and loading the connector takes ten times as long
 * as most syncs of the tests. Each message `{ id, argv, clock }` starts a run. Its output is sent back as `{ id, stdout }` and
 * `{ id, stderr }`, its exit code as `{ id, code }`.
 */
import { Writable } from 'node:stream';
import { run, systemClock } from '../../dist/src/cdk/index.js';
import { floatSource } from '../../dist/src/float/source.js';
import { fastClock } from './fast-clock.mjs';

// Each current run listens for uncaught errors.
process.setMaxListeners(0);

const outputOf = (id, name) =>
  new Writable({ write: (chunk, _encoding, done) => process.send({ id, [name]: chunk }, done) });

process.on('message', async ({ id, argv, clock }) => {
  const [stdout, stderr] = ['stdout', 'stderr'].map((name) => outputOf(id, name));
  const ownClock = clock === undefined ? systemClock : fastClock(clock);
  process.send({ id, code: await run(floatSource, { argv, stdout, stderr, env: process.env, clock: ownClock }) });
});
