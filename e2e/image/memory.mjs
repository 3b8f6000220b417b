import assert from 'node:assert/strict';
import { check } from '../support/checks.mjs';
import { startMock } from '../support/processes.mjs';
import { MEMORY_MB, reading } from './container.mjs';

const ROWS = 1_000_000;
const SECONDS = 120;
/** Exit code of timeout(1). */
const STOPPED = 124;
/** The limit in docs/performance.md, well below the container's memory. */
const PEAK_AT_MOST_MB = 120;
/** For cgroups version 2 and 1. */
const PEAK = 'cat /sys/fs/cgroup/memory.peak 2>/dev/null || cat /sys/fs/cgroup/memory/memory.max_usage_in_bytes';

/** A long read in a small container. */
export async function testMemory(containers) {
  const mock = await startMock('--no-limits', '--rows', `logged-time=${ROWS}`);
  try {
    containers.putConfig('large.json', mock);
    await check(`${ROWS} rows, or as many as come in ${SECONDS} s, are read in ${MEMORY_MB} MB`, async () => {
      const began = performance.now();
      // The records are counted inside the container. A stopped grep prints no count, so timeout(1) stops only the connector.
      const script = `code=$({ { timeout ${SECONDS} $AIRBYTE_ENTRYPOINT ${reading('large.json').join(' ')}; echo $? >&3; } |
         grep --count '^{"type":"RECORD"' >/config/records; } 3>&1); cat /config/records; { ${PEAK}; }; echo $code`;
      const { stdout, stderr } = await containers.shell(script);
      const seconds = (performance.now() - began) / 1000;
      assert.match(stdout, /^\d+\n\d+\n\d+\n$/, stderr);
      const [records, bytes, code] = stdout.split('\n').map(Number);
      const peak = Math.round(bytes / 2 ** 20);
      if (code === STOPPED) assert.ok(records > ROWS / 10, `${records} records in ${SECONDS} s`);
      else assert.deepEqual({ code, all: records > ROWS }, { code: 0, all: true }, `${records} records`);
      assert.ok(peak < PEAK_AT_MOST_MB, `a peak of ${peak} MB`);
      return `${records} records, ${Math.round(records / seconds)} a second, a peak of ${peak} MB`;
    });
  } finally {
    mock.stop();
  }
}
