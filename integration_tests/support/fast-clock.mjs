import { systemClock } from '../../dist/src/cdk/index.js';

const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** A clock that showed `start` at the real time `since`, and runs `speed` times as fast as the real one; 0: it stands still. */
export const fastClock = ({ speed, start, since }) => ({
  now: () => start + (Date.now() - since) * speed,
  sleep: (ms, signal) => systemClock.sleep(Math.min(ms / speed, LONGEST_TIMER_MS), signal),
});
