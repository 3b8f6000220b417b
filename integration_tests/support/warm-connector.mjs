/**
 * One process that runs the built connector again and again: to start Node and to load the connector takes ten times as
 * long as most syncs of the tests. Each message asks for a run: `{ id, argv, clock }`. What the run writes comes back as
 * `{ id, stdout }` or `{ id, stderr }`, its end as `{ id, code }`.
 */
import { Writable } from 'node:stream';
import { run, systemClock } from '../../dist/src/cdk/index.js';
import { floatSource } from '../../dist/src/float/source.js';
import { fastClock } from './fast-clock.mjs';

// Each run that is under way listens for errors that nobody catches.
process.setMaxListeners(0);

const outputOf = (id, name) =>
  new Writable({ write: (chunk, _encoding, done) => process.send({ id, [name]: chunk }, done) });

process.on('message', async ({ id, argv, clock }) => {
  const [stdout, stderr] = ['stdout', 'stderr'].map((name) => outputOf(id, name));
  const ownClock = clock === undefined ? systemClock : fastClock(clock);
  process.send({ id, code: await run(floatSource, { argv, stdout, stderr, env: process.env, clock: ownClock }) });
});
