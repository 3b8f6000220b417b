/**
 * Runs the built connector again and again in one process, because starting Node and loading the connector takes ten times as long
 * as most syncs of the tests. Each message `{ id, argv, clock }` starts a run. At its end, its outcome is sent back.
 */
import { Writable } from 'node:stream';
import { run, systemClock } from '../../dist/src/cdk/index.js';
import { floatSource } from '../../dist/src/float/source.js';
import { fastClock } from './fast-clock.mjs';

// Each current run listens for uncaught errors.
process.setMaxListeners(0);

class Collected extends Writable {
  chunks = [];

  _write(chunk, _encoding, done) {
    this.chunks.push(chunk);
    done();
  }

  toString() {
    return Buffer.concat(this.chunks).toString();
  }
}

process.on('message', async ({ id, argv, clock }) => {
  const [stdout, stderr] = [new Collected(), new Collected()];
  const io = { argv, stdout, stderr, env: process.env, clock: clock === undefined ? systemClock : fastClock(clock) };
  const code = await run(floatSource, io);
  process.send({ id, code, signal: null, stdout: `${stdout}`, stderr: `${stderr}` });
});
