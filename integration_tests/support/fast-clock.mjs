import { systemClock } from '../../dist/src/cdk/index.js';

/** A clock that stood at `start` at the real moment `since` and has run `speed` times as fast ever after. */
export const fastClock = ({ speed, start, since }) => ({
  now: () => start + (Date.now() - since) * speed,
  sleep: (ms, signal) => systemClock.sleep(ms / speed, signal),
});
